import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { nameFilter, type FilterExpression, type NameFilter } from './event-filter.js';
import type { Presentation } from './presenter.js';
import { invalidArgument } from '../rpc-error.js';

/** Where a stream read or subscription starts. */
export type StreamStart = number | 'start' | 'end';
/** Where a read of, or a subscription to the whole log starts. */
export type LogStart = number | 'start' | 'end';

/** Which events of the log a client wants. */
export interface FilterRequest extends NameFilter {
  /** Events a subscription passes over before it tells how far it got. */
  readonly checkpointInterval: number;
}

interface Common extends Presentation {
  /** From 1 on the client understands messages about first and last revisions. */
  readonly compatibility: number;
}

interface StreamTarget extends Common {
  readonly target: 'stream';
  readonly stream: string;
  readonly from: StreamStart;
}

interface LogTarget extends Common {
  readonly target: 'log';
  readonly from: LogStart;
  readonly filter: FilterRequest | undefined;
}

interface Page {
  readonly mode: 'read';
  readonly backwards: boolean;
  readonly count: number;
}

interface Live {
  readonly mode: 'subscribe';
}

export type StreamRead = StreamTarget & Page;
export type LogRead = LogTarget & Page;
export type StreamSubscription = StreamTarget & Live;
export type LogSubscription = LogTarget & Live;
export type ReadRequest = StreamRead | LogRead | StreamSubscription | LogSubscription;

type Options = ReadReq.Options;

const BACKWARDS = 1;
const DEFAULT_SEARCH_WINDOW = 32;
/** 2^64-1 as a position means the end, whichever way one reads. */
const END_POSITION = 2 ** 64;

/** @throws RpcError INVALID_ARGUMENT when a part is missing, or parts contradict each other */
export function readRequest(message: Buffer): ReadRequest {
  const options = streamsPb.ReadReq.deserializeBinary(message).getOptions();
  if (!options) throw invalidArgument('the options are missing');
  if (!options.hasStream() && !options.hasAll()) throw invalidArgument('neither a stream nor $all is asked for');
  refuseCombination(options);
  const common = { ...presentation(options), compatibility: options.getControlOption()?.getCompatibility() ?? 0 };
  const target = options.hasStream() ? streamTarget(options) : logTarget(options);
  const mode = readMode(options);
  if (target.target === 'log' && target.filter) refuseWindow(options, mode);
  return { ...common, ...target, ...mode };
}

function presentation(options: Options): Presentation {
  const uuid = options.getUuidOption();
  if (!uuid) throw invalidArgument('the uuid option is missing');
  return { resolveLinks: options.getResolveLinks(), structuredIds: !uuid.hasString() };
}

function streamTarget(options: Options): Omit<StreamTarget, keyof Common> {
  const target = options.getStream();
  const stream = Buffer.from(target?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
  if (!target || stream === '') throw invalidArgument('the stream name is missing');
  if (target.hasRevision()) return { target: 'stream', stream, from: Number(target.getRevision()) };
  return { target: 'stream', stream, from: startOrEnd(target) };
}

function logTarget(options: Options): Omit<LogTarget, keyof Common> {
  const target = options.getAll();
  const filter = options.getFilter();
  return { target: 'log', from: target ? logStart(target) : 'start', filter: filter && filterRequest(filter) };
}

function logStart(target: ReadReq.Options.AllOptions): LogStart {
  const position = target.getPosition();
  if (!position) return startOrEnd(target);
  const commit = Number(position.getCommitPosition());
  if (Number(position.getPreparePosition()) > commit) throw invalidArgument('the prepare position is after the commit position');
  return commit === END_POSITION ? 'end' : commit;
}

function startOrEnd(target: { hasStart(): boolean; hasEnd(): boolean }): 'start' | 'end' {
  if (target.hasStart()) return 'start';
  if (target.hasEnd()) return 'end';
  throw invalidArgument('where to start is missing');
}

function readMode(options: Options): Page | Live {
  if (options.hasSubscription()) return { mode: 'subscribe' };
  const count = Number(options.getCount());
  if (count === 0) throw invalidArgument('the count is 0');
  return { mode: 'read', backwards: isBackwards(options), count };
}

const isBackwards = (options: Options): boolean => (options.getReadDirection() as number) === BACKWARDS;

/** Parts that are each valid but say nothing together, in the words of EventStoreDB. */
function refuseCombination(options: Options): void {
  const target = options.hasStream() ? 'Stream' : 'All';
  const amount = options.hasSubscription() ? 'Subscription' : options.hasCount() ? 'Count' : 'None';
  const direction = ['Forwards', 'Backwards'][options.getReadDirection()] ?? String(options.getReadDirection());
  const filter = options.hasFilter() ? 'Filter' : options.hasNoFilter() ? 'NoFilter' : 'None';
  const isValid =
    amount !== 'None' &&
    (direction === 'Forwards' || (direction === 'Backwards' && amount === 'Count')) &&
    (filter === 'NoFilter' || (filter === 'Filter' && target === 'All'));
  if (!isValid) throw invalidArgument(`The combination of (${[target, amount, direction, filter].join(', ')}) is invalid.`);
}

function filterRequest(filter: ReadReq.Options.FilterOptions): FilterRequest {
  const expression = filterExpression(filter);
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_SEARCH_WINDOW;
  return {
    ...nameFilter(expression),
    checkpointInterval: window * filter.getCheckpointintervalmultiplier(),
  };
}

/** `FilterOptions`, laid out alike in reads and persistent subscriptions. */
interface FilterOptions {
  hasStreamIdentifier(): boolean;
  getStreamIdentifier(): { getRegex(): string; getPrefixList(): string[] } | undefined;
  getEventType(): { getRegex(): string; getPrefixList(): string[] } | undefined;
  hasMax(): boolean;
  hasCount(): boolean;
}

/** @throws RpcError INVALID_ARGUMENT when the filter names nothing to look at, or has no search window */
export function filterExpression(filter: FilterOptions): FilterExpression {
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  if (!expression) throw invalidArgument('the filter names neither streams nor event types');
  if (!filter.hasMax() && !filter.hasCount()) throw invalidArgument('the filter has no search window');
  const on = filter.hasStreamIdentifier() ? 'stream' : 'type';
  return { on, regex: expression.getRegex(), prefixes: expression.getPrefixList() };
}

/** A read that looks at no event at a time would never end; a subscription would send checkpoints without end. */
function refuseWindow(options: Options, { mode }: Page | Live): void {
  const filter = options.getFilter();
  if (mode === 'read' && filter?.hasMax() && filter.getMax() === 0) throw invalidArgument('the search window is 0');
  if (mode === 'subscribe' && filter?.getCheckpointintervalmultiplier() === 0)
    throw invalidArgument('the checkpoint interval is 0');
}
