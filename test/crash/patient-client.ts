import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import type { Send } from '../support/trade-orders.js';

/** An answer of the API, its JSON read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Longer than any crash of these tests lasts. */
const PATIENCE = { everyMs: 200 };

/** A client that keeps sending a request, under the same idempotency key, until the system has answered it: as every client should. */
export class PatientClient {
  private constructor(
    private readonly api: string,
    private readonly token: string,
  ) {}

  /** Logs in. Throws if that is refused. */
  static async logIn(api: string, { username, password }: { readonly username: string; readonly password: string }): Promise<PatientClient> {
    const response = await fetch(`${api}/v1/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    if (!response.ok) throw new Error(`the log-in of ${username} was answered with ${response.status}`);
    return new PatientClient(api, ((await response.json()) as { accessToken: string }).accessToken);
  }

  /** One try. Rejects if nobody answers. */
  async try(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body !== undefined && !isForm && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  }

  /** Sends a command until it is answered with anything but 503. Throws unless that is a success. */
  async command(path: string, body?: object, method: 'POST' | 'PUT' | 'DELETE' = 'POST', headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const key = { ...headers, 'idempotency-key': randomUUID() };
    const answer = await eventually(`an answer to ${method} ${path}`, async () => ((tried) => tried.status !== 503 && tried)(await this.try(method, path, body, key)), PATIENCE);
    if (answer.status > 299) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** The same, as those send commands who agree on trade orders. */
  readonly send: Send = async (method, path, body, headers) => (await this.command(path, body, method, headers)).body;

  /** Reads until the answer's body is as wanted, and gives it. */
  async until<Body>(path: string, what: string, wanted: (body: Body) => boolean): Promise<Body> {
    const read = async (): Promise<Body | false> => {
      const { status, body } = await this.try('GET', path);
      return status === 200 && wanted(body as Body) && (body as Body);
    };
    return eventually(what, read, PATIENCE);
  }
}
