import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A lean HTTP client over connections that stay open: a load generator must not cost more than what it measures. */
export class HttpClient {
  private readonly agent: Agent;

  constructor(
    private readonly base: string,
    private readonly apiKey: string,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends one request; throws unless the answer is 2xx. */
  async send(method: 'GET' | 'POST' | 'PUT', path: string, body?: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    const answer = await new Promise<HttpAnswer>((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      const outgoing = request(`${this.base}${path}`, { method, agent: this.agent, headers: { authorization: `Bearer ${this.apiKey}`, ...length, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    if (answer.status < 200 || answer.status > 299) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.slice(0, 500)}`);
    return answer;
  }

  close(): void {
    this.agent.destroy();
  }
}
