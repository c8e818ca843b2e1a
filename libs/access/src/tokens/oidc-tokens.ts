import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { companyId, ROLES, StoreUnavailable, type Actor, type Clock, type Role } from '#event-sourcing';
import { Unauthenticated, type Authenticator } from '#platform';
import { TokenCache } from './token-cache.js';
import { issuerOf, rejected } from './token-errors.js';

/** An OpenID Connect issuer whose tokens are accepted. */
export interface OidcSettings {
  readonly issuer: string;
  /** Where its public keys are (`jwks_uri`). */
  readonly jwksUrl: string;
  readonly audience: string;
  /** Path of the claim that holds the company id, e.g. `company` or `org.id`. */
  readonly companyClaim: string;
  /** Path of the claim that holds role names, e.g. `roles` or `realm_access.roles`; names that are no roles of ours are left out. */
  readonly rolesClaim: string;
}

/** Asymmetric only: with a symmetric one, the issuer's public key would do as a secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const COMPANY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** What may stand in an actor's id. */
const SUBJECT = /^[\x21-\x7e]{1,128}$/;
const JWKS_TIMEOUT_MS = 3000;
const RETRY_AFTER_SECONDS = 5;
/** Clocks of two organisations differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Lets in who shows a token of an OpenID Connect issuer. */
export class OidcTokens implements Authenticator {
  readonly accepts = 'bearer-token';
  private readonly keys: JWTVerifyGetKey;
  private readonly verified: TokenCache<Actor>;

  constructor(
    private readonly settings: OidcSettings,
    private readonly clock: Clock,
  ) {
    this.keys = createRemoteJWKSet(new URL(settings.jwksUrl), { timeoutDuration: JWKS_TIMEOUT_MS, [customFetch]: fetchKeys });
    this.verified = new TokenCache(clock);
  }

  /** The actor the claims describe; undefined for a token of another issuer. Throws `Unauthenticated`; `StoreUnavailable` if the keys cannot be fetched. */
  authenticate(token: string): Actor | undefined | Promise<Actor> {
    return this.verified.get(token) ?? (issuerOf(token) === this.settings.issuer ? this.verify(token) : undefined);
  }

  private async verify(token: string): Promise<Actor> {
    const { issuer, audience } = this.settings;
    const { payload } = await jwtVerify(token, this.keys, {
      algorithms: ALGORITHMS,
      issuer,
      audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: this.clock.now(),
    }).catch(rejected);
    const actor = actorFrom(payload, this.settings);
    this.verified.remember(token, payload, actor);
    return actor;
  }
}

const fetchKeys = async (url: string, options: RequestInit): Promise<Response> => {
  try {
    const response = await fetch(url, options);
    if (response.ok) return response;
    throw new Error(`the key set answers ${response.status}`);
  } catch (error) {
    throw new StoreUnavailable('identity provider', RETRY_AFTER_SECONDS, { cause: error });
  }
};

const actorFrom = (payload: JWTPayload, { companyClaim, rolesClaim }: OidcSettings): Actor => {
  const company = claim(payload, companyClaim);
  if (typeof company !== 'string' || !COMPANY.test(company)) throw new Unauthenticated(`the claim ${companyClaim} names no company`, 'invalid_token');
  const subject = payload.sub ?? '';
  if (!SUBJECT.test(subject)) throw new Unauthenticated('the subject is no printable name', 'invalid_token');
  const named = claim(payload, rolesClaim);
  const roles = ROLES.filter((role: Role) => Array.isArray(named) && named.includes(role));
  // No user name of ours has a slash, so that nobody passes for one of our users in the log.
  const { email, email_verified: isVerified } = payload;
  return Object.freeze({ id: `user:oidc/${subject}`, roles, companyId: companyId(company), ...(isVerified === true && typeof email === 'string' && { email: email.toLowerCase() }) });
};

const claim = (payload: JWTPayload, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined), payload);
