import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CustomsGateway, readChannels, readDxpMsg, TransportFailure, type CustomsMessage, type GatewayOptions } from './index.js';

const IMPATIENT: GatewayOptions = { initialDelayMs: 5, maxDelayMs: 20, giveUpAfterMs: 20_000, breakAfter: 1000 };
const never = new AbortController().signal;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const message: CustomsMessage = {
  guid: '0F8FAD5B-D9CB-469F-A165-70867728950E',
  copMsgId: '0F8FAD5B-D9CB-469F-A165-70867728950E',
  messageType: 'CEB303Message',
  createdAt: new Date('2022-06-21T03:16:49Z'),
  xml: '<ceb:CEB303Message xmlns:ceb="http://www.chinaport.gov.cn/ceb"/>',
};

/** An e-port that answers each request as told and keeps what it was sent. */
const startPort = async (answer: (count: number, request: IncomingMessage, response: ServerResponse) => void) => {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(Buffer.concat(chunks).toString('utf8'));
      answer(received.length, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`, received };
};

const status = (code: number) => (_: number, __: IncomingMessage, response: ServerResponse) => response.writeHead(code).end();

const gatewayTo = (transport: object, options: GatewayOptions = {}) =>
  new CustomsGateway(
    readChannels([
      { code: 'SiChuanEport', name: { zh: '四川电子口岸', en: 'Sichuan e-port' }, dxpId: 'DXPTEST000000001', copCode: '123456789X', copName: '公司', transport },
    ]),
    { ...IMPATIENT, ...options },
  );

const failureOf = async (sending: Promise<void>): Promise<TransportFailure> => {
  const error: unknown = await sending.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(TransportFailure);
  return error as TransportFailure;
};

describe('gateway over HTTP', () => {
  it('posts the message in an envelope from our node to the export node of customs', async () => {
    const port = await startPort((_, request, response) => response.writeHead(request.headers['content-type'] === 'application/xml; charset=utf-8' ? 202 : 415).end());
    await gatewayTo({ kind: 'http', url: port.url }).send('SiChuanEport', message, never);
    expect(port.received).toHaveLength(1);
    expect(readDxpMsg(port.received[0]!)).toEqual({
      copMsgId: message.guid,
      senderId: 'DXPTEST000000001',
      receiverIds: ['DXPEDCCEB0000003'],
      createdAt: message.createdAt,
      messageType: 'CEB303Message',
      data: Buffer.from(message.xml),
    });
  });

  it('tries again, with the same guid and bytes, until the port takes the message', async () => {
    const port = await startPort((count, request, response) => {
      if (count === 1) request.socket.destroy();
      else status(count === 2 ? 503 : count === 3 ? 429 : 202)(count, request, response);
    });
    await gatewayTo({ kind: 'http', url: port.url }).send('SiChuanEport', message, never);
    expect(port.received).toHaveLength(4);
    expect(new Set(port.received).size).toBe(1);
  });

  it('does not repeat what the port refuses', async () => {
    const port = await startPort(status(400));
    const failure = await failureOf(gatewayTo({ kind: 'http', url: port.url }).send('SiChuanEport', message, never));
    expect(failure).toMatchObject({ channel: 'SiChuanEport', attempts: 1, retryable: false, lastError: { message: 'the e-port answered 400' } });
    expect(port.received).toHaveLength(1);
  });

  it('does not follow a redirect with the order in hand', async () => {
    const elsewhere = await startPort(status(202));
    const port = await startPort((_, __, response) => response.writeHead(307, { location: elsewhere.url }).end());
    const failure = await failureOf(gatewayTo({ kind: 'http', url: port.url }, { giveUpAfterMs: 100 }).send('SiChuanEport', message, never));
    expect(failure.retryable).toBe(true);
    expect(elsewhere.received).toHaveLength(0);
  });

  it('gives up when its time is over, and says how often it tried and what failed', async () => {
    const port = await startPort(status(503));
    const failure = await failureOf(gatewayTo({ kind: 'http', url: port.url }, { giveUpAfterMs: 150 }).send('SiChuanEport', message, never));
    expect(failure.retryable).toBe(true);
    expect(failure.attempts).toBeGreaterThan(1);
    expect([0, 1]).toContain(failure.attempts - port.received.length);
    expect(failure.lastError.message).toBe('the e-port answered 503');
  });

  it('stops at once when the caller does, though the port never answers', async () => {
    const stop = new AbortController();
    const port = await startPort(() => { stop.abort(); });
    const failure = await failureOf(gatewayTo({ kind: 'http', url: port.url }).send('SiChuanEport', message, stop.signal));
    expect(failure).toMatchObject({ attempts: 1, retryable: true });
  });

  it('does not sit out a long pause between tries when the caller stops', async () => {
    const stop = new AbortController();
    const port = await startPort((_, __, response) => {
      response.writeHead(503).end(() => { setImmediate(() => { stop.abort(); }); });
    });
    const gateway = gatewayTo({ kind: 'http', url: port.url }, { initialDelayMs: 600_000, maxDelayMs: 600_000 });
    expect(await failureOf(gateway.send('SiChuanEport', message, stop.signal))).toMatchObject({ attempts: 1, retryable: true });
  });

  it('takes a port that does not answer in time for one that may answer later', async () => {
    const port = await startPort((count, request, response) => {
      if (count > 1) status(202)(count, request, response);
    });
    await gatewayTo({ kind: 'http', url: port.url, timeoutMs: 100 }).send('SiChuanEport', message, never);
    expect(port.received).toHaveLength(2);
  });

  it('leaves a dead port alone while its circuit is open, and goes on when it is back', async () => {
    let alive = false;
    const port = await startPort((count, request, response) => { status(alive ? 202 : 503)(count, request, response); });
    const gateway = gatewayTo({ kind: 'http', url: port.url }, { breakAfter: 3, halfOpenAfterMs: 3_000 });
    const failing = () => failureOf(gateway.send('SiChuanEport', message, AbortSignal.timeout(100)));
    while ((await failing()).attempts > 0);
    const tries = port.received.length;
    expect(tries).toBeGreaterThanOrEqual(3);
    expect(await failing()).toMatchObject({ attempts: 0, retryable: true });
    expect(port.received).toHaveLength(tries);
    alive = true;
    await gateway.send('SiChuanEport', message, never);
    expect(port.received).toHaveLength(tries + 1);
  });

  it('refuses a channel nobody configured', async () => {
    const gateway = gatewayTo({ kind: 'http', url: 'http://127.0.0.1:9/messages' });
    expect(await failureOf(gateway.send('Nowhere', message, never))).toMatchObject({ channel: 'Nowhere', attempts: 0, retryable: false });
  });
});

describe('gateway over a file drop', () => {
  const directory = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'portolan-gateway-'));
    cleanups.push(() => rm(path, { recursive: true, force: true }));
    return path;
  };

  it('puts the message into the outbox under its guid, whole, and once however often it is sent', async () => {
    const outbox = join(await directory(), 'out');
    const gateway = gatewayTo({ kind: 'file-drop', outbox, inbox: join(outbox, 'in') });
    await gateway.send('SiChuanEport', message, never);
    await gateway.send('SiChuanEport', message, never);
    expect(await readdir(outbox)).toEqual([`${message.guid}.xml`]);
    expect(readDxpMsg(await readFile(join(outbox, `${message.guid}.xml`)))).toMatchObject({ copMsgId: message.guid });
  });

  it('names no file after anything but a guid', async () => {
    const outbox = join(await directory(), 'out');
    const gateway = gatewayTo({ kind: 'file-drop', outbox, inbox: join(outbox, 'in') });
    const failure = await failureOf(gateway.send('SiChuanEport', { ...message, guid: '../../evil' }, never));
    expect(failure.retryable).toBe(false);
  });

  it('reports an outbox that cannot be written as worth a later try, and writes to it when it can', async () => {
    const blocked = join(await directory(), 'out');
    await writeFile(blocked, 'a file where the directory should be');
    const gateway = gatewayTo({ kind: 'file-drop', outbox: blocked, inbox: '/in' }, { giveUpAfterMs: 1_000 });
    const failure = await failureOf(gateway.send('SiChuanEport', message, never));
    expect(failure).toMatchObject({ retryable: true, lastError: { message: expect.stringContaining('the outbox cannot be written') } });
    await rm(blocked);
    await gateway.send('SiChuanEport', message, never);
    expect(await readdir(blocked)).toEqual([`${message.guid}.xml`]);
  });
});
