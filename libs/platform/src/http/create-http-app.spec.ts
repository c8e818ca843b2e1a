import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { request as httpRequest } from 'node:http';
import { Public } from '../identity/access.decorators.js';
import type { ProblemDocument } from '../problems/problem-document.js';
import { FixtureModule, Gate, startApp, type RunningApp } from './http-app.fixture.js';

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const problemFrom = async (response: Response): Promise<ProblemDocument> => {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return (await response.json()) as ProblemDocument;
};

/** Sends a large body without caring whether the server reads it to its end. */
const sendLarge = (url: string, bytes: number): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': bytes } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
        request.destroy();
      });
    });
    request.on('error', reject);
    request.write(Buffer.alloc(16 * 1024, 32));
  });

describe('an app answering HTTP', () => {
  let running: RunningApp;
  const call = (path: string, init?: RequestInit) => fetch(`${running.url}${path}`, init);

  beforeAll(async () => {
    running = await startApp();
  });
  afterAll(() => running.app.close());

  describe('problem details', () => {
    it.each([
      ['conflict', 409, { code: 'conflict', rule: '9710-R18', detail: 'only a failed transmission is sent again' }],
      ['too-early', 429, { code: 'too-early', rule: '9710-R20', retryAfterSeconds: 599 }],
      ['invalid', 422, { rule: '9710-R9', expected: '2', actual: '3', errors: [{ field: 'lines[0].total', rule: '9710-R9', code: 'invalid', message: 'the total is wrong', messages: { zh: '总价不符' } }] }],
      ['several', 422, { rule: '9710-R4', errors: [{ field: 'x', rule: '9710-R4' }, { field: 'y', rule: '9710-R7' }] }],
      ['revision', 409, { code: 'revision-conflict' }],
      ['key-reused', 422, { code: 'idempotency-key-reused' }],
      ['not-found', 404, { code: 'not-found', detail: 'no such order' }],
      ['store-away', 503, { code: 'store-unavailable', retryAfterSeconds: 3 }],
      ['mongo-away', 503, { code: 'store-unavailable' }],
      ['unforeseen', 500, { code: 'internal-error' }],
    ])('answers the error %s with %i', async (name, status, expected) => {
      const response = await call(`/v1/errors/${name}`, { headers: { 'x-correlation-id': 'abc-1' } });
      expect(response.status).toBe(status);
      expect(await problemFrom(response)).toMatchObject({ status, instance: `/v1/errors/${name}`, correlationId: 'abc-1', ...expected });
    });

    it.each([['too-early', '599'], ['store-away', '3'], ['mongo-away', '2']])('says when to try again after %s', async (name, seconds) => {
      expect((await call(`/v1/errors/${name}`)).headers.get('retry-after')).toBe(seconds);
    });

    it('answers 412 and the present ETag to a caller whose If-Match does not hold', async () => {
      const response = await call('/v1/errors/revision', { headers: { 'if-match': '"3"' } });
      expect(response.status).toBe(412);
      expect(response.headers.get('etag')).toBe('"5"');
    });

    it('speaks the language of the caller and gives both', async () => {
      const response = await call('/v1/errors/conflict', { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } });
      expect(response.headers.get('content-language')).toBe('zh');
      expect(response.headers.get('vary')).toMatch(/Accept-Language/);
      expect(await problemFrom(response)).toMatchObject({
        title: '状态冲突',
        detail: '只有发送失败的订单可以重新发送',
        messages: { en: 'only a failed transmission is sent again', zh: '只有发送失败的订单可以重新发送' },
      });
    });

    it('tells nothing of the inside of an unforeseen error, and logs it with the correlation id', async () => {
      const response = await call('/v1/errors/unforeseen', { headers: { 'x-correlation-id': 'find-me' } });
      expect(await response.text()).not.toMatch(/boom|secret-place/);
      expect(running.log.records).toContainEqual(expect.objectContaining({ level: 'error', correlationId: 'find-me', err: expect.objectContaining({ message: 'boom in /srv/secret-place' }) as unknown }));
    });

    it('writes no credentials of a connection string into the log', async () => {
      await call('/v1/errors/mongo-away');
      expect(running.log.text).toContain('connect ECONNREFUSED');
      expect(running.log.text).not.toContain('hunter2');
    });

    it.each([['/nowhere', 404], ['/v1/%zz', 400], [`/v1/errors/${'x'.repeat(300)}`, 414]])('answers %s with a problem', async (path, status) => {
      const response = await call(path);
      expect(response.status).toBe(status);
      expect(await problemFrom(response)).toMatchObject({ status });
    });
  });

  describe('input', () => {
    const draft = { lines: [{ name: '纸箱', qty: '1.5' }] };

    it('reaches the handler as it was sent', async () => {
      const response = await call('/v1/drafts', json(draft));
      expect(response.status).toBe(201);
      expect(await response.json()).toEqual(draft);
    });

    it('is refused naming field, rule and reason in both languages', async () => {
      const response = await call('/v1/drafts', json({ lines: [...draft.lines, { name: '', qty: '-1', colour: 'red' }] }, { 'accept-language': 'zh' }));
      expect(response.status).toBe(422);
      const problem = await problemFrom(response);
      expect(problem).toMatchObject({ code: 'invalid-input', title: '无法处理的内容' });
      expect(problem.errors).toEqual([
        expect.objectContaining({ field: 'lines[1].colour', code: 'unknown-field', message: '未知字段', messages: { en: 'is not a known field', zh: '未知字段' } }),
        expect.objectContaining({ field: 'lines[1].name', code: 'text', rule: '9710-R8' }),
        expect.objectContaining({ field: 'lines[1].qty', code: 'decimal-string' }),
      ]);
    });

    it.each([
      ['malformed JSON', '{"lines":', 400, 'malformed-json'],
      ['nothing at all as JSON', '', 400, 'malformed-json'],
      ['__proto__', '{"lines":[],"__proto__":{"admin":true}}', 400, 'malformed-json'],
      ['a constructor with a prototype', '{"lines":[],"constructor":{"prototype":{"admin":true}}}', 400, 'malformed-json'],
      ['a constructor', '{"lines":[{"name":"a","qty":"1"}],"constructor":1}', 422, 'invalid-input'],
      ['control characters', '{"lines":[{"name":"a\\u0007b","qty":"1"}]}', 422, 'invalid-input'],
      ['a list', '[]', 422, 'invalid-input'],
      ['null', 'null', 422, 'invalid-input'],
      ['101 lines', JSON.stringify({ lines: Array.from({ length: 101 }, () => draft.lines[0]) }), 422, 'invalid-input'],
    ])('with %s is refused', async (_, body, status, code) => {
      const response = await call('/v1/drafts', json(body));
      expect(response.status).toBe(status);
      expect(await problemFrom(response)).toMatchObject({ code });
      expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    });

    it('of 20 MB is refused before it is read', async () => {
      const { status, body } = await sendLarge(`${running.url}/v1/drafts`, 20 * 1024 * 1024);
      expect(status).toBe(413);
      expect(JSON.parse(body)).toMatchObject({ code: 'body-too-large', type: 'urn:portolan:problem:body-too-large' });
    });

    it.each(['application/xml', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])('as %s is refused', async (type) => {
      const response = await call('/v1/drafts', { method: 'POST', headers: { 'content-type': type }, body: 'a=1' });
      expect(response.status).toBe(415);
      expect(await problemFrom(response)).toMatchObject({ code: 'unsupported-media-type' });
    });

    it('reaches a handler as text where the app takes texts, but not in place of an object', async () => {
      const text = (path: string) => call(path, { method: 'POST', headers: { 'content-type': 'text/tab-separated-values' }, body: 'a\tb' });
      expect(await (await text('/v1/notes')).json()).toEqual({ length: 3 });
      expect((await text('/v1/drafts')).status).toBe(415);
    });

    it('names every missing field when no body is sent', async () => {
      expect(await problemFrom(await call('/v1/drafts', { method: 'POST' }))).toMatchObject({ status: 422, errors: [{ field: 'lines', code: 'required' }] });
    });

    it('in a query gets its types, and is refused alike', async () => {
      expect(await (await call('/v1/listing?limit=5&status=DRAFT')).json()).toEqual({ limit: 5, status: ['DRAFT'] });
      expect(await (await call('/v1/listing?status=A&status=B')).json()).toEqual({ status: ['A', 'B'] });
      expect(await problemFrom(await call('/v1/listing?limit=500&page=2'))).toMatchObject({ errors: [{ field: 'page' }, { field: 'limit', code: 'whole-number' }] });
      expect(await problemFrom(await call('/v1/listing?limit=1e1'))).toMatchObject({ errors: [{ field: 'limit' }] });
      expect((await call('/v1/listing?__proto__=1')).status).toBe(422);
    });
  });

  describe('every answer', () => {
    it('carries security headers', async () => {
      const { headers } = await call('/health/live');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    });

    it('carries the caller’s correlation id if it is a sane token, else a new one', async () => {
      expect((await call('/health/live', { headers: { 'x-correlation-id': 'req-1' } })).headers.get('x-correlation-id')).toBe('req-1');
      for (const insane of ['a b', '{"$gt":1}', 'x'.repeat(129)]) {
        expect((await call('/health/live', { headers: { 'x-correlation-id': insane } })).headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
      }
    });

    it('leaves a record in the log: who, what, how long, and neither query nor credentials', async () => {
      await call('/v1/me?token=very-secret', { headers: { authorization: 'Bearer ops.platform', 'x-correlation-id': 'logged' } });
      expect(running.log.records).toContainEqual(
        expect.objectContaining({ level: 'info', message: 'request', correlationId: 'logged', method: 'GET', path: '/v1/me', status: 200, ms: expect.any(Number) as unknown, actor: 'user:ops', company: 'platform' }),
      );
      expect(running.log.text).not.toMatch(/very-secret|ops\.platform/);
    });
  });

  describe('health and metrics', () => {
    it('says that the process lives', async () => {
      expect(await (await call('/health/live')).json()).toEqual({ status: 'live' });
    });

    it('is not ready while a part is away or hangs, and names it', async () => {
      let away = true;
      running.readiness.register('eventstore', () => (away ? Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7')) : Promise.resolve()));
      running.readiness.register('mongodb', () => (away ? new Promise(() => undefined) : Promise.resolve()), 20);
      const response = await call('/health/ready');
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ ready: false, stopping: false, checks: { eventstore: { ok: false }, mongodb: { ok: false } } });
      away = false;
      expect((await call('/health/ready')).status).toBe(200);
    });

    it('gives metrics by route pattern, to ops only', async () => {
      expect((await call('/metrics')).status).toBe(401);
      expect((await call('/metrics', { headers: { authorization: 'Bearer exporter.a' } })).status).toBe(403);
      const text = await (await call('/metrics', { headers: { authorization: 'Bearer ops.platform' } })).text();
      expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/v1\/errors\/:name",status="409"\} \d/);
      expect(text).toContain('nodejs_eventloop_lag_seconds');
    });
  });
});

describe('an app that stops', () => {
  it('is not ready any more, finishes what is in flight, and takes nothing new', async () => {
    const running = await startApp();
    const gate = running.app.nest.get(Gate);
    const inFlight = fetch(`${running.url}/v1/slow`);
    await gate.arrived;
    const closed = running.app.close();
    expect(running.readiness.stopSignal.aborted).toBe(true);
    await expect(fetch(`${running.url}/health/live`, { headers: { connection: 'close' } })).rejects.toThrow();
    gate.open();
    expect(await (await inFlight).text()).toBe('done');
    await closed;
    await running.app.close();
  });

  it('breaks off what does not finish in time', async () => {
    const running = await startApp(FixtureModule, { drainSeconds: 0 });
    const gate = running.app.nest.get(Gate);
    const inFlight = fetch(`${running.url}/v1/slow`).catch((error: unknown) => error);
    await gate.arrived;
    await running.app.close();
    expect(await inFlight).toMatchObject({ message: 'fetch failed' });
    expect(running.log.records).toContainEqual(expect.objectContaining({ level: 'warn', message: 'requests still in flight are broken off' }));
  });
});

describe('an app with a rate limit', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(FixtureModule, { rateLimitPerMinute: 3 });
  });
  afterAll(() => running.app.close());
  const statuses = async (count: number, path: string, headers: Record<string, string> = {}): Promise<number[]> => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await fetch(`${running.url}${path}`, { headers })).status);
    return found;
  };

  it('counts each caller by itself, and guesses against the address', async () => {
    expect(await statuses(4, '/v1/me', { authorization: 'Bearer ops.a' })).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, '/v1/me', { authorization: 'Bearer exporter.b' })).toEqual([200]);
    expect(await statuses(4, '/v1/me', { authorization: 'Bearer forged.a' })).toEqual([401, 401, 401, 429]);
  });

  it('says when to try again', async () => {
    await statuses(4, '/v1/me', { authorization: 'Bearer auditor.a' });
    const response = await fetch(`${running.url}/v1/me`, { headers: { authorization: 'Bearer auditor.a' } });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemFrom(response)).toMatchObject({ code: 'rate-limited' });
  });

  it('never refuses a health check', async () => {
    expect(await statuses(5, '/health/live')).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('an app with a route that must not be opened', () => {
  class Undescribed {
    declare name: string;
  }
  @Controller('open')
  class OpenController {
    @Get()
    read(): string {
      return 'anything';
    }
  }
  @Controller('loose')
  @Public()
  class LooseController {
    @Post('a')
    a(@Body() body: object): object {
      return body;
    }
    @Post('b')
    b(@Body() body: Undescribed): Undescribed {
      return body;
    }
  }
  @Module({ controllers: [OpenController, LooseController] })
  class OpenModule {}

  it('does not start, and names all of them', async () => {
    const start = startApp(OpenModule);
    await expect(start).rejects.toThrow('OpenController.read (GET): says neither @Allow, @SignedIn nor @Public');
    await expect(start).rejects.toThrow('LooseController.a (POST): parameter 0 is input without a class that describes it');
    await expect(start).rejects.toThrow('LooseController.b (POST): parameter 0: Undescribed describes no field');
  });
});
