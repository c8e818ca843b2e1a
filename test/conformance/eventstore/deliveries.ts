import type { LiveCall } from './live-call.js';
import type { Json, JsonObject } from './recorded.js';

interface Delivered {
  readonly event: { readonly event: { readonly id: Json; readonly streamIdentifier: { streamName: string }; readonly streamRevision: string } };
}

/**
 * Compares what consumers were given with a note such as "consumer A got: s@0, s@2; consumer B got: nothing", and
 * acknowledges it, as the runner did. Other notes say nothing that is compared.
 */
export async function deliveriesDiffer(
  note: string,
  consumer: (name: string) => LiveCall | undefined,
  encode: (message: JsonObject) => Buffer,
): Promise<string[]> {
  const differences: string[] = [];
  for (const [, name = '', list = ''] of note.matchAll(/(\w+) got: ([^;(]+)/g)) {
    const expected = list.trim() === 'nothing' ? [] : list.trim().split(', ');
    const call = consumer(name)!;
    const { responses } = await call.receive(expected.length, false);
    const events = (responses as unknown as Delivered[]).map(({ event }) => event.event);
    const actual = events.map(({ streamIdentifier, streamRevision }) => `${streamIdentifier.streamName}@${streamRevision}`);
    if (expected.join() !== actual.join()) differences.push(`${name} got ${actual.join(', ')} instead of ${expected.join(', ')}`);
    if (events.length > 0) call.send(encode({ ack: { id: '', idsList: events.map(({ id }) => id) } }));
  }
  return differences;
}
