import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { StoreUnavailable } from '#event-sourcing';
import type { ContractFinding, ContractToSearch } from './contract-search.js';

/** How much searching a contract may take. */
export interface SearchLimits {
  readonly pages: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** More than any contract needs. */
const LIMITS: SearchLimits = { pages: 300, milliseconds: 10_000, megabytes: 256 };

/** What was found; `too-large` takes more pages, time or memory than the limits allow. */
export type LimitedFinding = Exclude<ContractFinding, 'too-many-pages'> | 'too-large';

/** Contracts that are searched at a time, and that wait for it: uploads must not take the machine from everything else. */
const AT_A_TIME = 2;
const WAITING = 40;
const turn = bulkhead(AT_A_TIME, WAITING);

/** The compiled thread, whether this file runs compiled or is transformed by the test runner. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? '../../../../dist/libs/trade/src/contracts/contract-search.worker.js' : './contract-search.worker.js', import.meta.url);

/**
 * Looks for a collection account in a contract, in a thread of its own, which is ended when it takes too long: whatever the document does, the process goes
 * on. The bytes are handed over and gone afterwards. Throws `StoreUnavailable` when too many wait already.
 */
export const searchContractWithin = (contentType: string, content: Uint8Array<ArrayBuffer>, limits = LIMITS): Promise<LimitedFinding> =>
  new Promise((answer, fail) => {
    // A thread that is told to end in the middle of its work takes its time: nobody waits for that but those whose turn is next.
    const thread = async (): Promise<void> => {
      const search = new Search({ contentType, content, maxPages: limits.pages }, content.buffer, limits);
      await search.finding.then(answer, fail);
      await search.end();
    };
    turn.execute(thread).catch((error: Error) => fail(error instanceof BulkheadRejectedError ? new StoreUnavailable('search of contracts', 1, { cause: error }) : error));
  });

class Search {
  private readonly thread: Worker;
  readonly finding: Promise<LimitedFinding>;

  constructor(workerData: ContractToSearch, handedOver: ArrayBuffer, { milliseconds, megabytes }: SearchLimits) {
    this.thread = new Worker(THREAD, { workerData, transferList: [handedOver], resourceLimits: { maxOldGenerationSizeMb: megabytes } });
    this.finding = this.find(AbortSignal.timeout(milliseconds));
  }

  async end(): Promise<void> {
    await this.thread.terminate();
  }

  private async find(outOfTime: AbortSignal): Promise<LimitedFinding> {
    try {
      const [finding] = (await once(this.thread, 'message', { signal: outOfTime })) as [ContractFinding];
      return finding === 'too-many-pages' ? 'too-large' : finding;
    } catch (error) {
      if (outOfTime.aborted || isOutOfMemory(error)) return 'too-large';
      throw error;
    }
  }
}

const isOutOfMemory = (error: unknown): boolean => (error as { readonly code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
