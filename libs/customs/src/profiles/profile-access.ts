import { refusal, type Actor, type CompanyId } from '#event-sourcing';

/** Customs profiles are customer data kept by the platform; companies cannot set them (9710-R5). */
export const requireOps = ({ roles }: Actor): void => {
  if (roles.includes('ops') || roles.includes('system')) return;
  throw refusal('9710-R5', { en: 'customs profiles are kept by the platform', zh: '海关资料由平台维护' }, { kind: 'forbidden' });
};

/** A profile belongs to the company it is about; the command must be for that company. */
export const requireOwner = (profileId: string, company: CompanyId): void => {
  if (profileId === company) return;
  throw refusal('9710-C16', { en: 'the command must be for the company of the profile', zh: '请求所属企业与海关资料不一致' }, { kind: 'invalid' });
};
