import { useCase, type AnyUseCase } from '#event-sourcing';
import { tradeOrder } from '../orders/order.js';
import { creditLine } from './credit-line.js';
import { ReleaseCredit, ReleaseUnusedCredit, releaseCredit, releaseUnusedCredit } from './release-credit.js';
import { ReserveCredit, reserveCredit } from './reserve-credit.js';
import { SetCreditLine, setCreditLine } from './set-credit-line.js';

const aggregate = creditLine;

/** Which command about credit lines is decided by what. */
export const creditUseCases: readonly AnyUseCase[] = [
  useCase({ command: SetCreditLine, aggregate, decide: setCreditLine, begins: true, outside: ({ envelope }) => Promise.resolve({ company: envelope.companyId }) }),
  useCase({ command: ReserveCredit, aggregate, decide: reserveCredit, begins: true }),
  useCase({ command: ReleaseCredit, aggregate, decide: releaseCredit }),
  useCase({ command: ReleaseUnusedCredit, aggregate, decide: releaseUnusedCredit, outside: async ({ payload }, outlook) => ({ order: await outlook.state(tradeOrder, payload.orderNo) }) }),
];
