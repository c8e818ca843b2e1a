import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommandEnvelope } from '#event-sourcing';
import { startApp, type RunningApp } from '../http/http-app.fixture.js';

let running: RunningApp;
const get = (path: string, headers: Record<string, string>) => fetch(`${running.url}${path}`, { headers });
const review = (headers: Record<string, string>) => fetch(`${running.url}/v1/reviews`, { method: 'POST', headers: { authorization: 'Bearer reviewer.platform', ...headers } });
const envelopeFrom = async (headers: Record<string, string>): Promise<CommandEnvelope> => (await (await review(headers)).json()) as CommandEnvelope;

beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.app.close());

describe('log-in', () => {
  it.each<[string, Record<string, string>, string | null]>([
    ['no credentials', {}, 'Bearer realm="portolan"'],
    ['a token that nobody knows', { authorization: 'Bearer unknown' }, 'Bearer realm="portolan", error="invalid_token"'],
    ['a token that is judged as forged', { authorization: 'Bearer forged.a' }, 'Bearer realm="portolan", error="invalid_token"'],
    ['another scheme', { authorization: 'Basic b3BzOnBsYXRmb3Jt' }, 'Bearer realm="portolan", error="invalid_request"'],
    ['two kinds of credentials', { authorization: 'Bearer ops.platform', 'x-api-key': 'ptl_1_2' }, 'Bearer realm="portolan", error="invalid_request"'],
    ['an API key where none are known', { 'x-api-key': 'ptl_1_2' }, 'Bearer realm="portolan", error="invalid_token"'],
    ['an endless token', { authorization: `Bearer ${'x'.repeat(9000)}` }, 'Bearer realm="portolan", error="invalid_request"'],
  ])('answers 401 to %s', async (_, headers, challenge) => {
    const response = await get('/v1/me', headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated', messages: { zh: '需要有效的身份凭证' } });
  });

  it('tells the handler who calls', async () => {
    expect(await (await get('/v1/me', { authorization: 'bearer exporter.acme' })).json()).toEqual({ id: 'user:exporter', roles: ['exporter'], companyId: 'acme' });
  });

  it('opens a handler to its roles only', async () => {
    expect((await review({ authorization: 'Bearer ops.platform' })).status).toBe(201);
    const refused = await review({ authorization: 'Bearer exporter.acme' });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'forbidden', detail: 'your role does not allow this' });
  });
});

describe('the envelope of a command', () => {
  it('names caller, company, correlation and origin, and draws a key', async () => {
    const envelope = await envelopeFrom({ 'x-correlation-id': 'c-1', 'user-agent': 'test/1' });
    expect(envelope).toEqual({
      commandId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      actor: { id: 'user:reviewer', roles: ['reviewer'], companyId: 'platform' },
      companyId: 'platform',
      correlationId: 'c-1',
      origin: { via: 'http', address: '127.0.0.1', userAgent: 'test/1' },
    });
  });

  it('takes key, revision, company and reason from the headers', async () => {
    const headers = { 'idempotency-key': 'order-7', 'if-match': '"12"', 'x-company-id': 'acme', 'x-reason': encodeURIComponent('资料不符') };
    expect(await envelopeFrom(headers)).toMatchObject({ commandId: 'order-7', expectedRevision: 12, companyId: 'acme', reason: '资料不符' });
  });

  it('asks for no revision by If-Match: *', async () => {
    expect(await envelopeFrom({ 'if-match': '*' })).not.toHaveProperty('expectedRevision');
  });

  it.each<[string, string]>([
    ['idempotency-key', 'with space'],
    ['idempotency-key', 'x'.repeat(129)],
    ['idempotency-key', 'é'],
    ['if-match', '12'],
    ['if-match', 'W/"12"'],
    ['if-match', '"1", "2"'],
    ['x-company-id', '../etc'],
    ['x-company-id', 'a,b'],
    ['x-reason', '%E4%A'],
    ['x-reason', '%00'],
    ['x-reason', 'x'.repeat(501)],
  ])('refuses the header %s: %s', async (name, value) => {
    const response = await review({ [name]: value });
    expect(response.status).toBe(400);
    expect(String(((await response.json()) as { header: string }).header).toLowerCase()).toBe(name);
  });

  it('is for another company only if the role works across companies', async () => {
    expect((await fetch(`${running.url}/v1/envelopes`, { method: 'POST', headers: { authorization: 'Bearer exporter.acme', 'x-company-id': 'acme' } })).status).toBe(201);
    expect((await fetch(`${running.url}/v1/envelopes`, { method: 'POST', headers: { authorization: 'Bearer exporter.acme', 'x-company-id': 'other' } })).status).toBe(403);
  });
});
