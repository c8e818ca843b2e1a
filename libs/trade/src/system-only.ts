import { refusal, type Actor } from '#event-sourcing';

/** Lets a decision go on that only the system itself asks for: a process, a deadline, a provider's callback. Throws a `Refusal` of the rule that says so. */
export const requireSystem = (rule: string, { roles }: Actor): void => {
  if (!roles.includes('system')) throw refusal(rule, { en: 'this is for the system itself', zh: '仅供系统调用' }, { kind: 'forbidden' });
};
