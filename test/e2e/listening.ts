import { eventually } from '../support/eventually.js';
import type { Caller } from './local-system.js';

/** Server-sent events as they come. */
export interface Listening {
  /** Reads on until the text has come; answers everything that came so far. Throws after ten seconds. */
  readonly hear: (what: string) => Promise<string>;
  readonly leave: () => void;
}

/** Listens to the path. Throws unless that is answered with 200. */
export const listening = async (caller: Caller, path: string): Promise<Listening> => {
  const leaving = new AbortController();
  const response = await caller.raw('GET', path, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
  if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}`);
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  const read = async (what: string): Promise<string | false> => {
    if (!told.includes(what)) told += (await chunks?.read())?.value ?? '';
    return told.includes(what) && told;
  };
  return { hear: (what) => eventually(what, () => read(what), { everyMs: 1 }), leave: () => leaving.abort() };
};
