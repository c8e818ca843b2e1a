import type { CompanyId, EventOf, Role } from '#event-sourcing';

/** A key was issued. The secret is known to its holder only; its hash is kept outside the log. */
export interface ApiKeyIssued {
  readonly keyId: string;
  readonly companyId: CompanyId;
  /** What people call it. */
  readonly name: string;
  readonly roles: readonly Role[];
}

/** A key lets nobody in any more. */
export interface ApiKeyRevoked {
  readonly keyId: string;
}

/** The facts of `apiKey-<keyId>`. */
export type ApiKeyEvent = EventOf<{ ApiKeyIssued: ApiKeyIssued; ApiKeyRevoked: ApiKeyRevoked }>;
