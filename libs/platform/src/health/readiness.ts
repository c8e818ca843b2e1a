import { Injectable } from '@nestjs/common';

/** Throws (or rejects) while the part cannot do its work. */
export type ReadinessCheck = () => Promise<void>;

/** What readiness says of one part. Nothing of an error's text: the answer is public. */
export interface CheckReport {
  readonly ok: boolean;
  readonly ms: number;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly checks: Readonly<Record<string, CheckReport>>;
}

/** Knows whether this process can do its work now: every part registers a check; a stopping process is never ready. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, { check: ReadinessCheck; timeoutMs: number }>();
  private readonly stopping = new AbortController();

  /** Aborted when the process begins to stop; streams that would never end by themselves end then. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Adds a check that must answer within `timeoutMs` milliseconds; throws if the name is taken. */
  register(name: string, check: ReadinessCheck, timeoutMs = 3000): void {
    if (this.checks.has(name)) throw new Error(`a readiness check ${name} is registered already`);
    this.checks.set(name, { check, timeoutMs });
  }

  /** From now on not ready, so that a load balancer sends nothing more. */
  stop(): void {
    this.stopping.abort();
  }

  /** Runs all checks at once. */
  async report(): Promise<ReadinessReport> {
    const reports = await Promise.all([...this.checks].map(async ([name, { check, timeoutMs }]) => [name, await run(check, timeoutMs)] as const));
    const stopping = this.stopping.signal.aborted;
    return { ready: !stopping && reports.every(([, { ok }]) => ok), stopping, checks: Object.fromEntries(reports) };
  }
}

const run = async (check: ReadinessCheck, timeoutMs: number): Promise<CheckReport> => {
  const begun = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const ok = await Promise.race([
    check().then(
      () => true,
      () => false,
    ),
    timeout,
  ]);
  clearTimeout(timer);
  return { ok, ms: Math.round(performance.now() - begun) };
};
