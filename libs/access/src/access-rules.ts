import { PLATFORM_COMPANY, refusal, seesAllCompanies, type Actor, type CompanyId, type Refusal, type Role } from '#event-sourcing';

const mayGiveAnyRole = (actor: Actor): boolean => actor.roles.some((role) => role === 'ops' || role === 'system');

/** ACCESS-R1: nobody gives a role away that is not their own; operations give any. */
const assertOwnRoles = (actor: Actor, roles: readonly Role[]): void => {
  const foreign = mayGiveAnyRole(actor) ? undefined : roles.find((role) => !actor.roles.includes(role));
  if (foreign !== undefined) {
    throw refusal('ACCESS-R1', { en: `you do not have the role ${foreign} yourself`, zh: `您自己没有 ${foreign} 角色` }, { kind: 'forbidden', field: 'roles' });
  }
};

/** ACCESS-R2: a role that works across companies is held in the platform's own company only. */
const assertHome = (company: CompanyId, roles: readonly Role[]): void => {
  if (company === PLATFORM_COMPANY || !seesAllCompanies({ id: '', roles, companyId: company })) return;
  throw refusal('ACCESS-R2', { en: 'roles that work across companies belong to the platform’s company', zh: '跨公司角色只能属于平台公司' }, { kind: 'invalid', field: 'roles' });
};

/** Whether the actor may give these roles to somebody of the company; throws the refusal. */
export const assertMayGive = (actor: Actor, company: CompanyId, roles: readonly Role[]): void => {
  assertOwnRoles(actor, roles);
  assertHome(company, roles);
};

/** ACCESS-R3: a key does not issue keys, or revoking it would not end what it let in; keys of operations do, for automation. */
export const keyIssuedByKey = (): Refusal =>
  refusal('ACCESS-R3', { en: 'log in to issue a key; an API key cannot', zh: '请登录后创建密钥；API 密钥不能创建密钥' }, { kind: 'forbidden' });

/** Whether the actor, being an API key, must not issue keys (ACCESS-R3). */
export const isKeyWithoutOps = (actor: Actor): boolean => actor.id.startsWith('apiKey:') && !mayGiveAnyRole(actor);
