import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

/** As much of curl as the README's tour uses, for machines that have none: sends a request and prints the answer's body. */
const { values, positionals } = parseArgs({
  options: {
    silent: { type: 'boolean', short: 's' },
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    'data-binary': { type: 'string' },
  },
  allowPositionals: true,
});

const body = values['data-binary'] === '@-' ? new Uint8Array(await buffer(process.stdin)) : values.data;
const headers = values.header.map((line): [string, string] => {
  const [name = '', ...value] = line.split(':');
  return [name, value.join(':').trim()];
});
const method = values.request ?? (body === undefined ? 'GET' : 'POST');
const response = await fetch(positionals[0] ?? '', { method, headers, ...(body !== undefined && { body }) });
process.stdout.write(await response.text());
