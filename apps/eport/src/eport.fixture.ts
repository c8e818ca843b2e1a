import { createLogger } from '#platform';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEport } from './eport-app.js';
import { child, parseXml } from './messages/xml-element.js';
import { readEportSettings } from './settings.js';

export const RECEIPT_KEY = 'a-key-for-tests-only';

/** A receipt as the application sees it. */
export interface SeenReceipt {
  readonly message: string;
  /** Order number of a CEB304, oriCopMsgId of a CEB900. */
  readonly about: string;
  readonly status: string;
  readonly time: string;
  readonly info: string;
  readonly enveloped: boolean;
  readonly raw: string;
}

/** Reads a receipt, bare or in its envelope. */
export const seen = (raw: string): SeenReceipt => {
  const outer = parseXml(raw);
  const data = child(outer, 'Data');
  const root = data ? parseXml(Buffer.from(data.text, 'base64').toString('utf8')) : outer;
  const [answer] = root.children;
  if (answer === undefined) throw new Error(`${root.name} answers nothing`);
  const text = (name: string) => child(answer, name)?.text ?? '';
  return {
    message: root.name,
    about: text('orderNo') || text('oriCopMsgId'),
    status: text('returnStatus'),
    time: text('returnTime'),
    info: text('returnInfo'),
    enveloped: data !== undefined,
    raw,
  };
};

export const eventually = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** The application's door for receipts; `answer` decides the status of each delivery. */
export const startReceiver = async () => {
  const receiver = { url: '', receipts: [] as SeenReceipt[], headers: [] as Record<string, unknown>[], tries: 0, answer: (): number => 202, close: () => Promise.resolve() };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      receiver.tries += 1;
      const status = receiver.answer();
      if (status < 300) {
        receiver.headers.push(request.headers);
        receiver.receipts.push(seen(Buffer.concat(chunks).toString('utf8')));
      }
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/customs-receipts`;
  receiver.close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return receiver;
};

/** Starts the simulator on a free port; `restart` stops it and starts another one on the same data. */
export const startSimulator = async (env: Record<string, string> = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'portolan-eport-'));
  const launch = async () => {
    const settings = readEportSettings({ EPORT_PORT: '0', EPORT_DATA: join(directory, 'data'), EPORT_DELAY_MS: '1', EPORT_LOG_LEVEL: 'silent', EPORT_RECEIPT_KEY: RECEIPT_KEY, ...env });
    const app = await createEport(settings, createLogger({ service: 'eport', level: settings.logLevel }));
    return { app, url: await app.listen() };
  };
  const simulator = {
    directory,
    ...(await launch()),
    async restart() {
      await simulator.app.close();
      Object.assign(simulator, await launch());
    },
    async close() {
      await simulator.app.close();
      await rm(directory, { recursive: true, force: true });
    },
    post: (body: string, contentType = 'application/xml') => fetch(`${simulator.url}/messages`, { method: 'POST', body, headers: { 'content-type': contentType } }),
    behave: (key: string, behaviour: object) =>
      fetch(`${simulator.url}/behaviours/${key}`, { method: 'PUT', body: JSON.stringify(behaviour), headers: { 'content-type': 'application/json' } }),
    async order(orderNo: string) {
      const response = await fetch(`${simulator.url}/orders/${orderNo}`);
      return response.ok ? ((await response.json()) as { state: string }).state : response.status;
    },
  };
  return simulator;
};

export const newGuid = (): string => randomUUID().toUpperCase();

/** What a test changes in a good message. */
export interface MessageChanges {
  readonly guid?: string;
  readonly head?: Record<string, string>;
  readonly line?: Record<string, string>;
  readonly lines?: number;
  readonly transfer?: Record<string, string>;
}

const elements = (fields: Record<string, string>): string =>
  Object.entries(fields).filter(([, value]) => value !== '-').map(([name, value]) => `<ceb:${name}>${value}</ceb:${name}>`).join('');

/** A CEB303 message that customs accepts, but for the changes; a field set to `-` is left out. */
export const ceb303 = ({ guid = newGuid(), head = {}, line = {}, lines = 1, transfer = {} }: MessageChanges = {}): string => {
  const orderHead = {
    guid: newGuid(), appType: '1', appTime: '20220621111649', appStatus: '2', orderType: 'B', orderNo: '185002-46889', ebpCode: '3301960000', ebpName: '测试平台',
    ebcCode: '123456789X', ebcName: '测试出口公司', goodsValue: String(10_000 * lines), freight: '0', currency: '502', ...head,
  };
  const orderList = Array.from({ length: lines }, (_, index) => ({
    gnum: String(index + 1), itemNo: 'SKU', itemName: '荔枝', unit: '007', currency: '502', qty: '100', price: '100', totalPrice: '10000', ...line,
  }));
  const base = { copCode: '123456789X', copName: '测试出口公司', dxpMode: 'DXP', dxpId: 'DXPTEST000000001', ...transfer };
  return (
    `<ceb:CEB303Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="${guid}" version="1.0"><ceb:Order><ceb:OrderHead>${elements(orderHead)}</ceb:OrderHead>` +
    `${orderList.map((fields) => `<ceb:OrderList>${elements(fields)}</ceb:OrderList>`).join('')}</ceb:Order><ceb:BaseTransfer>${elements(base)}</ceb:BaseTransfer></ceb:CEB303Message>`
  );
};

/** A message in the envelope of the test node. */
export const enveloped = (xml: string, changes: { receiver?: string; copMsgId?: string; data?: string } = {}): string =>
  `<dxp:DxpMsg xmlns:dxp="http://www.chinaport.gov.cn/dxp" ver="1.0"><dxp:TransInfo><dxp:CopMsgId>${changes.copMsgId ?? 'COP-1'}</dxp:CopMsgId>` +
  `<dxp:SenderId>DXPTEST000000001</dxp:SenderId><dxp:ReceiverIds><dxp:ReceiverId>${changes.receiver ?? 'DXPEDCCEB0000003'}</dxp:ReceiverId></dxp:ReceiverIds>` +
  `<dxp:CreatTime>2022-06-21T11:16:49</dxp:CreatTime><dxp:MsgType>CEB303Message</dxp:MsgType></dxp:TransInfo>` +
  `<dxp:Data>${changes.data ?? Buffer.from(xml).toString('base64')}</dxp:Data></dxp:DxpMsg>`;
