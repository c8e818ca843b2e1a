import { readFileSync } from 'node:fs';

/** A JSON value as recorded. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface RecordedStatus {
  /** Undefined when the call stayed open. */
  readonly code?: number;
  /** Undefined where it is not compared. */
  readonly details?: string;
  readonly trailers: Readonly<Record<string, string>>;
  /** Present when the call did not end by itself. */
  readonly note?: string;
}

/** One call, or one act on a call that stays open. */
export interface Step {
  readonly call: string;
  readonly label?: string;
  readonly request?: Json;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly responses?: readonly JsonObject[];
  readonly status?: RecordedStatus;
  /** Of the step `note`: a fact the runner counted or timed. */
  readonly note?: string;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
}

/**
 * What EventStoreDB 23.10.8, a fresh insecure node, answered on its gRPC protocol. Scenarios ran one after another in
 * one database and are replayed so. Instead of what differs from run to run they hold `<pos n>` (positions numbered by
 * size within a scenario), `<uuid>`, `<ticks>`, `<bits>`, and `<n bytes>` for long values.
 */
export function recordedScenarios(): readonly Scenario[] {
  const text = readFileSync(new URL('./eventstore-23.10.json', import.meta.url), 'utf8');
  return JSON.parse(text) as readonly Scenario[];
}
