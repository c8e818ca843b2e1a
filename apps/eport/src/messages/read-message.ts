import { readCeb303, SchemaViolation, type DeclaredOrder } from './ceb303-schema.js';
import { child, children, parseXml, type XmlElement } from './xml-element.js';

/** The node that stands for customs on the export side of the exchange network. */
export const CUSTOMS_NODE = 'DXPEDCCEB0000003';

/** Where the answer goes: into an envelope to this node, or bare to whoever sent a bare message. */
export interface ReturnAddress {
  readonly node: string | undefined;
  /** The sender's id of the message; empty if it gave none. */
  readonly copMsgId: string;
}

/** A message of orders that satisfies the schema. */
export interface OrderMessage {
  readonly kind: 'orders';
  readonly guid: string;
  readonly replyTo: ReturnAddress;
  readonly orders: readonly DeclaredOrder[];
}

/** A message that is answered by CEB900: transport errors 0001-0999 format, 2001-2999 business. */
export interface RefusedMessage {
  readonly kind: 'refused';
  readonly replyTo: ReturnAddress;
  readonly messageType: string;
  readonly code: string;
  readonly info: string;
}

const ROOT = /^CEB\d{3}Message$/;
const GUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const FORMAT_ERROR = '0001';
const SCHEMA_ERROR = '0002';
const RECEIVER_UNKNOWN = '2001';

const textIn = (parent: XmlElement | undefined, name: string): string => (parent && child(parent, name)?.text) ?? '';

const orderMessage = (root: XmlElement, envelope: ReturnAddress | undefined): OrderMessage | RefusedMessage => {
  const guid = root.attributes.get('guid') ?? '';
  const replyTo = envelope ?? { node: undefined, copMsgId: guid };
  const refused = (code: string, info: string): RefusedMessage => ({
    kind: 'refused',
    replyTo,
    messageType: ROOT.test(root.name) ? root.name : 'Unknown',
    code,
    info,
  });
  if (root.name !== 'CEB303Message') return refused(FORMAT_ERROR, `报文类型不支持: ${root.name}`);
  if (!GUID.test(guid) || !root.attributes.has('version')) return refused(SCHEMA_ERROR, 'CEB303Message: guid 或 version 不符合规范');
  try {
    return { kind: 'orders', guid: guid.toUpperCase(), replyTo, orders: readCeb303(root) };
  } catch (error) {
    if (error instanceof SchemaViolation) return refused(SCHEMA_ERROR, `报文格式校验错误: ${error.message}`);
    throw error;
  }
};

const opened = (envelope: XmlElement): OrderMessage | RefusedMessage => {
  const info = child(envelope, 'TransInfo');
  const replyTo = { node: textIn(info, 'SenderId'), copMsgId: textIn(info, 'CopMsgId') };
  const refused = (code: string, reason: string): RefusedMessage => ({ kind: 'refused', replyTo, messageType: textIn(info, 'MsgType') || 'Unknown', code, info: reason });
  const receivers = info && child(info, 'ReceiverIds');
  if (info === undefined || replyTo.node === '' || replyTo.copMsgId === '') return refused(SCHEMA_ERROR, 'DxpMsg: TransInfo 不完整');
  if (receivers === undefined || !children(receivers, 'ReceiverId').some(({ text }) => text === CUSTOMS_NODE)) return refused(RECEIVER_UNKNOWN, '接收方不存在');
  const data = textIn(envelope, 'Data');
  if (!BASE64.test(data)) return refused(SCHEMA_ERROR, 'DxpMsg: Data 不是 BASE64');
  try {
    return orderMessage(parseXml(Buffer.from(data, 'base64').toString('utf8')), replyTo);
  } catch (error) {
    return refused(FORMAT_ERROR, `业务报文不是有效的XML: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Reads what came in, in an envelope or bare. Throws `MalformedXml` where not even the outermost document can be read, since nobody could be answered. */
export const readMessage = (source: string): OrderMessage | RefusedMessage => {
  const root = parseXml(source);
  return root.name === 'DxpMsg' ? opened(root) : orderMessage(root, undefined);
};
