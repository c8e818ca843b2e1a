import { hash, verify, type Options } from '@node-rs/argon2';
import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { HttpProblem } from '#platform';

/** OWASP's minimum for argon2id, the library's default algorithm (Password Storage Cheat Sheet, 2024): 19 MiB, two passes, one lane; about 20 ms. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Computations at once, and waiting: each takes 19 MiB and a thread that file and DNS access need as well. */
const AT_ONCE = 2;
const WAITING = 64;

/** Hashes secrets and checks them, never more than a few at once. */
export class SecretHasher {
  private readonly gate = bulkhead(AT_ONCE, WAITING);
  private decoy: Promise<string> | undefined;

  /** The argon2id hash in PHC format. Throws a 503 `HttpProblem` when too many wait. */
  hash(secret: string): Promise<string> {
    return this.run(() => hash(secret, ARGON2ID));
  }

  /** Whether the secret has this hash. Without a hash it takes as long and answers false, so that time does not tell who is known. */
  async verify(secret: string, phc: string | undefined): Promise<boolean> {
    this.decoy ??= this.hash('a secret that nobody has');
    const matches = await this.run(async () => verify(phc ?? (await this.decoy ?? ''), secret));
    return matches && phc !== undefined;
  }

  private async run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.gate.execute(work);
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new HttpProblem(503, 'busy', { en: 'too many log-ins at once, try again', zh: '登录请求过多，请稍后重试' }, { headers: { 'retry-after': '1' } }, { cause: error });
    }
  }
}
