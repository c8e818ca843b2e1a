import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const POSITION_HEADER = 'portolan-position';

const JSON_TYPE = 'application/json';

const forCompany = (company: string | undefined): Record<string, string> => (company === undefined ? {} : { 'x-company-id': company });

/** How long an absent store or API is waited for. */
const PATIENCE_MS = 60_000;

/** An answer that is no success, with its problem document. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly problem: { readonly detail?: string; readonly rule?: string; readonly errors?: readonly { readonly field: string; readonly message: string }[] },
    readonly retryAfter: number | undefined,
    request: string,
  ) {
    super(`${request} answered ${status}: ${problem.rule ?? ''} ${problem.detail ?? ''} ${(problem.errors ?? []).map(({ field, message: reason }) => `${field} ${reason}`).join('; ')}`);
  }
}

/** The API as one person uses it. Remembers how far the log had come with the last command, so that the next query sees it. */
export class ApiClient {
  private position = 0;

  private constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  /** Logs in. Throws `ApiProblem`. */
  static async logIn(base: string, username: string, password: string): Promise<ApiClient> {
    const response = await fetch(`${base}/v1/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    const answer = await bodyOf(response, 'log-in');
    return new ApiClient(base, (answer as { accessToken: string }).accessToken);
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.send('GET', path, undefined, { 'x-min-position': String(this.position) });
  }

  /** `company` is the one that the command is for, if it is not the caller's own. */
  post<Answer>(path: string, body: object = {}, company?: string): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), { 'content-type': JSON_TYPE, ...forCompany(company) });
  }

  put<Answer>(path: string, body: object | string, contentType = JSON_TYPE, company?: string): Promise<Answer> {
    return this.send('PUT', path, typeof body === 'string' ? body : JSON.stringify(body), { 'content-type': contentType, ...forCompany(company) });
  }

  upload<Answer>(path: string, form: FormData): Promise<Answer> {
    return this.send('POST', path, form, {});
  }

  /** Goes on asking, under the same idempotency key, while a store is away or nobody answers: a command that was done after all is not done twice. */
  private async send<Answer>(method: string, path: string, body: string | FormData | undefined, headers: Record<string, string>): Promise<Answer> {
    const request = { ...headers, authorization: `Bearer ${this.token}`, 'idempotency-key': randomUUID() };
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const response = await fetch(`${this.base}${path}`, { method, headers: request, ...(body === undefined ? {} : { body }) });
        this.position = Math.max(this.position, Number(response.headers.get(POSITION_HEADER) ?? 0));
        return (await bodyOf(response, `${method} ${path}`)) as Answer;
      } catch (error) {
        const isAway = error instanceof ApiProblem ? error.status === 503 : error instanceof TypeError;
        if (!isAway || Date.now() > deadline) throw error;
        await pause(error instanceof ApiProblem && error.retryAfter !== undefined ? error.retryAfter * 1000 : 500);
      }
    }
  }
}

const bodyOf = async (response: Response, request: string): Promise<unknown> => {
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return body;
  const retryAfter = response.headers.get('retry-after');
  throw new ApiProblem(response.status, (body ?? {}), retryAfter === null ? undefined : Number(retryAfter), request);
};
