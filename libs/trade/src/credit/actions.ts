import { refusal, type Actor } from '#event-sourcing';

/** What people do with a credit line. */
export type CreditAction = 'set-total';

/** What the caller may do with a credit line, however it stands: the platform keeps it (TA-R11). */
export const allowedCreditActions = (roles: Actor['roles']): readonly CreditAction[] => (roles.some((role) => role === 'ops' || role === 'system') ? ['set-total'] : []);

/** Lets a decision go on, or throws the refusal (`forbidden`). */
export const requireCreditAction = (action: CreditAction, { roles }: Actor): void => {
  if (allowedCreditActions(roles).includes(action)) return;
  throw refusal('TA-R11', { en: 'credit lines are kept by the platform', zh: '信保额度由平台维护' }, { kind: 'forbidden' });
};
