import { useCase, type AnyUseCase } from '#event-sourcing';
import { ChangeProfile, changeProfile } from './change-profile.js';
import { customsProfile } from './profile.js';
import { RegisterProfile, registerProfile } from './register-profile.js';

/** Which command about customs profiles is decided by what. */
export const profileUseCases: readonly AnyUseCase[] = [
  useCase({
    command: RegisterProfile,
    aggregate: customsProfile,
    decide: registerProfile,
    begins: true,
    outside: ({ envelope }) => Promise.resolve({ company: envelope.companyId }),
  }),
  useCase({ command: ChangeProfile, aggregate: customsProfile, decide: changeProfile }),
];
