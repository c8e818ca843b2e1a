import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Users } from '#access';
import { companyId, EventLog, systemActor } from '#event-sourcing';
import { SAMPLES } from '../../libs/platform/src/uploads/samples.fixture.js';
import { expectProblem as expectSuchProblem, type Problem } from './expect-problem.js';
import { CONTENT, LocalSystem, PLEDGE, PROFILE, TOKEN_KEY, type Answer, type Caller } from './local-system.js';

const ORDERS = '/v1/customs-orders';

let system: LocalSystem;
let exporter: Caller;
let ops: Caller;
let log: EventLog;

beforeAll(async () => {
  system = await LocalSystem.start();
  exporter = await system.exporter('acme');
  ops = await system.caller(['ops']);
  log = system.api.nest.get(EventLog);
});

afterAll(() => system.close());

const expectProblem = (request: () => Promise<Answer>, problem: Problem): Promise<void> => expectSuchProblem(log, request, problem);

const [LINE] = CONTENT.lines;
const withLine = (changes: object): object => ({ ...CONTENT, lines: [{ ...LINE, ...changes }] });
const without = <Key extends string>(key: Key, from: object): object => Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));

describe('bad input: an order', () => {
  it.each<[string, unknown, Problem]>([
    ['an unknown field', { ...CONTENT, colour: 'red' }, { status: 422, field: 'colour', code: 'unknown-field' }],
    ['9710-R5 a channel of the caller’s choice', { ...CONTENT, channel: 'mine' }, { status: 422, field: 'channel', code: 'unknown-field' }],
    ['an unknown field of a line', withLine({ weight: '1' }), { status: 422, field: 'lines[0].weight', code: 'unknown-field' }],
    ['a polluted prototype', JSON.parse('{"lines":[],"constructor":{"prototype":{"x":1}}}'), { status: 400 }],
    ['9710-R8 a number where a decimal text is asked for', withLine({ qty: 100 }), { status: 422, field: 'lines[0].qty', rule: '9710-R8' }],
    ['9710-R8 a text where a list is asked for', { ...CONTENT, lines: '荔枝' }, { status: 422, field: 'lines' }],
    ['a list where an order is asked for', [CONTENT], { status: 422 }],
    ['9710-R8 a negative quantity', withLine({ qty: '-1' }), { status: 422, field: 'lines[0].qty', rule: '9710-R8' }],
    ['9710-R8 a quantity of nothing', withLine({ qty: '0', total: '0' }), { status: 422, field: 'lines[0].qty', rule: '9710-R8' }],
    ['9710-R7 a negative freight', { ...CONTENT, freight: '-0.01' }, { status: 422, field: 'freight', rule: '9710-R7' }],
    ['9710-R8 six decimals', withLine({ unitPrice: '0.000001' }), { status: 422, field: 'lines[0].unitPrice', rule: '9710-R8' }],
    ['9710-R9 10^19', withLine({ total: '10000000000000000000' }), { status: 422, field: 'lines[0].total', rule: '9710-R9' }],
    ['9710-R8 an exponent', withLine({ qty: '1e3' }), { status: 422, field: 'lines[0].qty', rule: '9710-R8' }],
    ['9710-R9 a total that is not quantity × unit price', withLine({ total: '9999.99' }), { status: 422, field: 'lines[0].total', rule: '9710-R9' }],
    ['101 lines', { ...CONTENT, lines: Array.from({ length: 101 }, () => LINE) }, { status: 422, field: 'lines' }],
    ['9710-R6 an enterprise code in lower case', { ...CONTENT, ebcCode: '123456789x' }, { status: 422, field: 'ebcCode', rule: '9710-R6' }],
    ['9710-R6 an enterprise code with a letter too early', { ...CONTENT, ebcCode: '12345A789X' }, { status: 422, field: 'ebcCode', rule: '9710-R6' }],
    ['9710-R7 a currency in lower case', { ...CONTENT, currency: 'usd' }, { status: 422, field: 'currency', rule: '9710-R7' }],
    ['9710-R7 a currency that does not exist', { ...CONTENT, currency: 'XQQ' }, { status: 422, field: 'currency', rule: '9710-R7' }],
    ['9710-R8 a unit that does not exist', withLine({ unit: '999' }), { status: 422, field: 'lines[0].unit', rule: '9710-R8' }],
    ['9710-R8 control characters', withLine({ name: '荔\u0000枝' }), { status: 422, field: 'lines[0].name', rule: '9710-R8' }],
    ['9710-R8 a name of 251 characters', withLine({ name: '荔'.repeat(251) }), { status: 422, field: 'lines[0].name', rule: '9710-R8' }],
  ])('%s', async (_, body, problem) => {
    await expectProblem(() => exporter.post(ORDERS, body as object), problem);
  });

  it('that is not JSON', async () => {
    await expectProblem(() => exporter.post(ORDERS, '{"currency":', { 'content-type': 'application/json' }), { status: 400, code: 'malformed-json' });
    await expectProblem(() => exporter.post(ORDERS, 'currency=USD', { 'content-type': 'application/x-www-form-urlencoded' }), { status: 415 });
    await expectProblem(() => exporter.post(ORDERS, '{"__proto__":{"x":1}}', { 'content-type': 'application/json' }), { status: 400 });
  });

  it('a body of 20 MB', async () => {
    await expectProblem(() => exporter.post(ORDERS, withLine({ name: 'x'.repeat(20 * 1024 * 1024) })), { status: 413, code: 'body-too-large' });
  });

  it('9710-R4 9710-R12 9710-R54 incomplete when it is sent: every field is named', async () => {
    const { body } = await exporter.post(ORDERS, { lines: [without('unit', LINE ?? {})] });
    const path = `${ORDERS}/${body['orderNo'] as string}/send`;
    await expectProblem(() => exporter.post(path, PLEDGE), { status: 422, field: 'currency', rule: '9710-R7' });
    await expectProblem(() => exporter.post(path, PLEDGE), { status: 422, field: 'lines[0].unit', rule: '9710-R8' });
    const complete = (await exporter.post(ORDERS, CONTENT)).body['orderNo'] as string;
    await expectProblem(() => exporter.post(`${ORDERS}/${complete}/send`, {}), { status: 422, field: 'pledge', rule: '9710-R12' });
    await expectProblem(() => exporter.post(`${ORDERS}/${complete}/send`, { pledge: true }), { status: 422, field: 'pledge', rule: '9710-R12' });
  });

  it('9710-R11 pasted with a fault: row and field are named', async () => {
    const { body } = await exporter.post(ORDERS, CONTENT);
    const path = `${ORDERS}/${body['orderNo'] as string}/lines`;
    const tsv = { 'content-type': 'text/tab-separated-values' };
    const before = await log.lastPosition();
    const { status, body: problem } = await exporter.put(path, '荔枝\t100\t007\t100\t10000\n桂圆\tmany\t007\t1\t1', tsv);
    expect({ status, problem }).toMatchObject({ status: 422, problem: { errors: [{ rule: expect.stringMatching(/^9710-R/), messages: { en: expect.stringContaining('row 2') } }] } });
    expect(await log.lastPosition()).toBe(before);
  });

  it('fields sent to a command that takes none', async () => {
    const { body } = await exporter.post(ORDERS, CONTENT);
    await expectProblem(() => exporter.post(`${ORDERS}/${body['orderNo'] as string}/resend`, { force: true }), { status: 422, field: 'force', code: 'unknown-field' });
  });
});

describe('bad input: a customs profile', () => {
  it.each(Object.keys(without('effectiveFrom', { ...PROFILE, channel: '' })))('without %s', async (field) => {
    await expectProblem(() => ops.post('/v1/customs-profiles/newcomer', without(field, { ...PROFILE, channel: 'SiChuanEport' })), { status: 422, field, code: 'required' });
  });

  it('9710-R5 of a social credit code whose check character is wrong', async () => {
    const uscc = '91330100799655058C';
    await expectProblem(() => ops.post('/v1/customs-profiles/newcomer', { ...PROFILE, channel: 'SiChuanEport', uscc }), { status: 422, field: 'uscc', rule: '9710-R5' });
  });
});

describe('bad input: who asks', () => {
  const token = (key: string, expiresAt: number): Promise<string> =>
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer('portolan')
      .setAudience('portolan')
      .setSubject('lin')
      .setIssuedAt(expiresAt - 3600)
      .setExpirationTime(expiresAt)
      .sign(Buffer.from(key));
  const now = (): number => Math.floor(Date.now() / 1000);
  const draftAs = async (bearer: string): Promise<Answer> => exporter.asBearer(bearer).post(ORDERS, CONTENT);

  beforeAll(async () => {
    const envelope = { commandId: 'register-lin', actor: systemActor('test'), companyId: companyId('acme'), correlationId: 'test', origin: { via: 'test' } };
    await system.api.nest.get(Users, { strict: false }).register('lin', 'a long pass phrase of lin', { displayName: 'Lin', roles: ['exporter'] }, envelope);
  });

  it('a token of ours, as long as it is valid, is good', async () => {
    expect((await draftAs(await token(TOKEN_KEY, now() + 60))).status).toBe(201);
  });

  it('an expired token', async () => {
    const expired = await token(TOKEN_KEY, now() - 60);
    await expectProblem(() => draftAs(expired), { status: 401, code: 'unauthenticated' });
  });

  it('a token forged with another key, or with none', async () => {
    const forged = await token('another key that is thirty-two bytes long', now() + 60);
    await expectProblem(() => draftAs(forged), { status: 401 });
    const unsigned = new UnsecuredJWT().setIssuer('portolan').setAudience('portolan').setSubject('lin').setExpirationTime('1h').encode();
    await expectProblem(() => draftAs(unsigned), { status: 401 });
  });

  it('an API key with another secret', async () => {
    const { key } = exporter;
    const other = exporter.asKey(`${key.slice(0, -4)}${key.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`);
    await expectProblem(() => other.post(ORDERS, CONTENT), { status: 401 });
  });

  it("somebody else's order number is answered as one that does not exist", async () => {
    const orderNo = (await exporter.post(ORDERS, CONTENT)).body['orderNo'] as string;
    const stranger = await system.exporter('stranger');
    for (const number of [orderNo, '199999-99999', 'no-number', '..%2F..%2Fetc']) {
      await expectProblem(() => stranger.post(`${ORDERS}/${number}/send`, PLEDGE), { status: 404, code: 'not-found' });
      await expectProblem(() => stranger.post(`${ORDERS}/${number}/copy`), { status: 404, code: 'not-found' });
      await expectProblem(() => stranger.put(`${ORDERS}/${number}/draft`, CONTENT), { status: 404, code: 'not-found' });
    }
    await expectProblem(() => exporter.post(ORDERS, CONTENT, { 'x-company-id': 'stranger' }), { status: 403 });
  });

  it('an idempotency key with another body, another order, or one that is no key', async () => {
    const one = (await exporter.post(ORDERS, CONTENT, { 'idempotency-key': 'used' })).body['orderNo'] as string;
    await expectProblem(() => exporter.post(ORDERS, { ...CONTENT, currency: 'AUD' }, { 'idempotency-key': 'used' }), { status: 422, code: 'idempotency-key-reused' });
    await expectProblem(() => exporter.put(`${ORDERS}/${one}/draft`, CONTENT, { 'idempotency-key': 'used' }), { status: 422, code: 'idempotency-key-reused' });
    await expectProblem(() => exporter.post(ORDERS, CONTENT, { 'idempotency-key': 'x'.repeat(129) }), { status: 400, code: 'invalid-header' });
  });
});

describe('bad input: files and receipts', () => {
  const form = (file: Buffer): FormData => {
    const data = new FormData();
    data.append('file', new Blob([new Uint8Array(file)], { type: 'application/pdf' }), 'declaration.pdf');
    return data;
  };
  let path: string;

  beforeAll(async () => {
    path = `${ORDERS}/${(await exporter.post(ORDERS, CONTENT)).body['orderNo'] as string}/declaration`;
  });

  it('a file beyond the limit of 10 MiB', async () => {
    await expectProblem(() => exporter.post(path, form(Buffer.concat([SAMPLES.pdf, Buffer.alloc(11 * 1024 * 1024)]))), { status: 413, code: 'body-too-large' });
  });

  it('9710-R25 a PDF that is a renamed EXE', async () => {
    await expectProblem(() => exporter.post(path, form(SAMPLES.exe)), { status: 422, field: 'file', code: 'file-kind', rule: '9710-R25' });
  });

  it('a receipt with an entity bomb', async () => {
    const customs = await system.caller(['customs-gateway']);
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, level) => `<!ENTITY ${'bcdefghij'[level]} "${`&${'abcdefghi'[level]};`.repeat(10)}">`).join('')}]><x>&j;</x>`;
    await expectProblem(() => customs.post('/v1/customs-receipts', bomb, { 'content-type': 'application/xml' }), { status: 422, code: 'unreadable-doctype' });
  });
});
