import { create } from 'xmlbuilder2';
import { v4 as uuid } from 'uuid';
import { CUSTOMS_NODE, type RefusedMessage, type ReturnAddress } from './read-message.js';

const CEB = 'http://www.chinaport.gov.cn/ceb';
const DXP = 'http://www.chinaport.gov.cn/dxp';

/** The order a receipt is about, as it was declared. */
export interface ReceiptSubject {
  readonly guid: string;
  readonly ebpCode: string;
  readonly ebcCode: string;
  readonly orderNo: string;
}

/** One answer about an order: status (B1.3 of the standard's tables), words, and when customs says it answered. */
export interface OrderAnswer {
  readonly subject: ReceiptSubject;
  readonly status: string;
  readonly info: string;
  readonly at: Date;
}

/** yyyyMMddHHmmssSSS on a Beijing wall clock. */
const seventeenDigits = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().replace(/\D/g, '');

const newGuid = (): string => uuid().toUpperCase();

const ceb = (message: string, answer: string, fields: Readonly<Record<string, string>>): string => {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele(CEB, `ceb:${message}`, { guid: newGuid(), version: '1.0' });
  const node = root.ele(`ceb:${answer}`);
  for (const [name, value] of Object.entries(fields)) node.ele(`ceb:${name}`).txt(value);
  return root.end({ format: 'xml' });
};

const sealed = (replyTo: ReturnAddress, messageType: string, xml: string, at: Date): string => {
  if (replyTo.node === undefined) return xml;
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele(DXP, 'dxp:DxpMsg', { ver: '1.0' });
  const info = root.ele('dxp:TransInfo');
  info.ele('dxp:CopMsgId').txt(newGuid());
  info.ele('dxp:SenderId').txt(CUSTOMS_NODE);
  info.ele('dxp:ReceiverIds').ele('dxp:ReceiverId').txt(replyTo.node);
  info.ele('dxp:CreatTime').txt(new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19));
  info.ele('dxp:MsgType').txt(messageType);
  root.ele('dxp:Data').txt(Buffer.from(xml, 'utf8').toString('base64'));
  return root.end({ format: 'xml' });
};

/** A CEB304 about one order. */
export const writeOrderReceipt = ({ subject, status, info, at }: OrderAnswer, replyTo: ReturnAddress): string =>
  sealed(replyTo, 'CEB304Message', ceb('CEB304Message', 'OrderReturn', {
    guid: subject.guid,
    ebpCode: subject.ebpCode,
    ebcCode: subject.ebcCode,
    orderNo: subject.orderNo,
    returnStatus: status,
    returnTime: seventeenDigits(at),
    returnInfo: info,
  }), at);

/** A CEB900 about a message; its status is the transport error as a negative number, since negative means a format error. */
export const writeFormatReceipt = ({ code, info, messageType, replyTo }: Omit<RefusedMessage, 'kind'>, at: Date): string =>
  sealed(replyTo, 'CEB900Message', ceb('CEB900Message', 'MessageReturn', {
    guid: newGuid(),
    returnStatus: `-${code}`,
    returnInfo: `${code}: ${info}`,
    returnTime: seventeenDigits(at),
    oriCopMsgId: replyTo.copMsgId,
    oriMessageType: messageType,
  }), at);
