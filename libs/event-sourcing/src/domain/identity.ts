declare const brand: unique symbol;

/** A string that must not be mixed up with other strings. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The tenant. */
export type CompanyId = Branded<'CompanyId'>;

/** Marks a checked string as a company id; the caller has checked it. */
export const companyId = (value: string): CompanyId => value as CompanyId;

/** What a caller may do; see `platform`'s access rules for what each role opens. */
export const ROLES = ['exporter', 'buyer', 'reviewer', 'broker', 'customs-gateway', 'ops', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that work for every company; all others see and change their own company only. */
const CROSS_COMPANY: ReadonlySet<Role | 'system'> = new Set(['reviewer', 'customs-gateway', 'ops', 'auditor', 'system'] as const);

/** Who acts: a person, an API key, or a part of the system itself. */
export interface Actor {
  /** `user:…`, `apiKey:…` or `system:…`; goes into every event. */
  readonly id: string;
  readonly roles: readonly (Role | 'system')[];
  /** The actor's own company. */
  readonly companyId: CompanyId;
  /** The e-mail address that is known to be the person's, in lower case. */
  readonly email?: string;
}

/** Whether the actor may see and act on data of the company. The one place where tenants are told apart. */
export const mayActFor = (actor: Actor, company: CompanyId): boolean =>
  actor.companyId === company || actor.roles.some((role) => CROSS_COMPANY.has(role));

/** Whether the actor sees every company's data. */
export const seesAllCompanies = (actor: Actor): boolean => actor.roles.some((role) => CROSS_COMPANY.has(role));

/** The company that stands for the platform itself (reviewers, operations, processes). */
export const PLATFORM_COMPANY = companyId('platform');

/** The actor of a process manager, deadline or adapter. */
export const systemActor = (name: string): Actor => ({ id: `system:${name}`, roles: ['system'], companyId: PLATFORM_COMPANY });
