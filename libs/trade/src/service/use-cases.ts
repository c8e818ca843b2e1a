import { useCase, type AnyUseCase, type Command } from '#event-sourcing';
import { ApplyForAssurance, applyForAssurance } from './apply-for-assurance.js';
import { assuranceService } from './assurance-service.js';
import { RecordShop, recordShop } from './record-shop.js';

const aggregate = assuranceService;

const company = ({ envelope }: Command) => Promise.resolve({ company: envelope.companyId });

/** Which command about the assurance service is decided by what. */
export const serviceUseCases: readonly AnyUseCase[] = [
  useCase({ command: RecordShop, aggregate, decide: recordShop, begins: true, outside: company }),
  useCase({ command: ApplyForAssurance, aggregate, decide: applyForAssurance, begins: true, outside: company }),
];
