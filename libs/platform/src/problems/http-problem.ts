import type { Bilingual } from '#event-sourcing';
import type { Violation } from '../validation/compile-validator.js';

/** What an `HttpProblem` tells besides status and text. */
export interface HttpProblemDetails {
  readonly rule?: string;
  /** Further members of the problem document; never secrets. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly Violation[];
}

/** A request that is answered by a problem document for a reason that HTTP (not the domain) knows. */
export class HttpProblem extends Error {
  override readonly name: string = 'HttpProblem';

  constructor(
    readonly status: number,
    /** Machine-readable, kebab-case. */
    readonly code: string,
    readonly text: Bilingual,
    readonly details: HttpProblemDetails = {},
    options?: ErrorOptions,
  ) {
    super(text.en, options);
  }
}

/** The input breaks what its class says; every field is named with rule and reason. */
export class ValidationFailure extends HttpProblem {
  override readonly name = 'ValidationFailure';

  constructor(violations: readonly Violation[]) {
    super(422, 'invalid-input', { en: 'the input is not valid', zh: '输入无效' }, { errors: violations });
  }
}

/** Nobody is logged in, or what was shown proves nothing. `reason` is for the log only. */
export class Unauthenticated extends HttpProblem {
  override readonly name = 'Unauthenticated';

  constructor(
    readonly reason: string,
    error?: 'invalid_token' | 'invalid_request',
  ) {
    // RFC 6750 section 3: without credentials the challenge carries no error code.
    super(401, 'unauthenticated', { en: 'valid credentials are required', zh: '需要有效的身份凭证' }, { headers: { 'www-authenticate': `Bearer realm="portolan"${error ? `, error="${error}"` : ''}` } });
  }
}

/** Logged in, but the role does not open this. */
export const forbidden = (): HttpProblem => new HttpProblem(403, 'forbidden', { en: 'your role does not allow this', zh: '您的角色不允许此操作' });

/** Too many requests; `retryAfterSeconds` is a whole number of seconds. */
export const tooManyRequests = (retryAfterSeconds: number): HttpProblem =>
  new HttpProblem(429, 'rate-limited', { en: 'too many requests, try again later', zh: '请求过多，请稍后再试' }, { headers: { 'retry-after': String(retryAfterSeconds) }, facts: { retryAfterSeconds } });

/** A request header that cannot be used. */
export const badHeader = (header: string, text: Bilingual): HttpProblem =>
  new HttpProblem(400, 'invalid-header', { en: `${header}: ${text.en}`, zh: `${header}：${text.zh}` }, { facts: { header } });
