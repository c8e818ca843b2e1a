import { create } from 'xmlbuilder2';
import { beijingTime, parseBeijingTime } from './beijing-time.js';
import { UnreadableMessage } from './unreadable-message.js';
import { childOf, childrenOf, readXml, textOf, type XmlElement } from './xml-reader.js';

export const DXP_NAMESPACE = 'http://www.chinaport.gov.cn/dxp';

/** The exchange node of customs that takes export messages and sends their receipts. */
export const EXPORT_CUSTOMS_NODE = 'DXPEDCCEB0000003';

/** A message of the exchange network (DxpMsg 1.0, as terminal nodes write it) and the business message inside. */
export interface DxpEnvelope {
  /** The sender's own id of the message, up to 255 characters; CEB900 names it back as oriCopMsgId. */
  readonly copMsgId: string;
  /** Exchange node ids, up to 16 characters. */
  readonly senderId: string;
  readonly receiverIds: readonly string[];
  /** Written to the second, in Beijing time. */
  readonly createdAt: Date;
  /** Name of the business message, e.g. `CEB303Message`. */
  readonly messageType: string;
  /** The business message. */
  readonly xml: string;
}

/** What is left of an envelope as received: besides the business message, everything may be missing. */
export type ReceivedEnvelope = Partial<Omit<DxpEnvelope, 'xml' | 'receiverIds'>> & Pick<DxpEnvelope, 'receiverIds'> & { readonly data: Buffer };

/** Writes the envelope; the element CreatTime is spelled as the standard spells it. */
export const writeDxpMsg = (envelope: DxpEnvelope): string => {
  const message = create({ version: '1.0', encoding: 'UTF-8' }).ele(DXP_NAMESPACE, 'dxp:DxpMsg', { ver: '1.0' });
  const info = message.ele('dxp:TransInfo');
  info.ele('dxp:CopMsgId').txt(envelope.copMsgId);
  info.ele('dxp:SenderId').txt(envelope.senderId);
  const receivers = info.ele('dxp:ReceiverIds');
  for (const receiverId of envelope.receiverIds) receivers.ele('dxp:ReceiverId').txt(receiverId);
  info.ele('dxp:CreatTime').txt(beijingTime(envelope.createdAt));
  info.ele('dxp:MsgType').txt(envelope.messageType);
  message.ele('dxp:Data').txt(Buffer.from(envelope.xml, 'utf8').toString('base64'));
  return message.end({ format: 'xml' });
};

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const businessData = (root: XmlElement): Buffer => {
  const encoded = textOf(root, 'Data')?.replace(/\s/g, '') ?? '';
  if (!BASE64.test(encoded)) throw new UnreadableMessage('invalid-field', 'Data of the envelope is not base64');
  return Buffer.from(encoded, 'base64');
};

/** Whether the element is an envelope; customs' own servers send a variant called DxpMsgSv. */
export const isDxpMsg = (root: XmlElement): boolean => root.name === 'DxpMsg' || root.name === 'DxpMsgSv';

/** Opens an envelope that has been read as XML. Throws `UnreadableMessage`. */
export const openDxpMsg = (root: XmlElement): ReceivedEnvelope => {
  if (!isDxpMsg(root)) throw new UnreadableMessage('unknown-message', `${root.name} is not a DxpMsg`);
  const data = businessData(root);
  const info = childOf(root, 'TransInfo');
  if (info === undefined) return { data, receiverIds: [] };
  const text = (name: string): string | undefined => textOf(info, name);
  const [copMsgId, senderId, messageType] = [text('CopMsgId'), text('SenderId'), text('MsgType')];
  const createdAt = parseBeijingTime(text('CreatTime') ?? '');
  const receivers = childOf(info, 'ReceiverIds');
  return {
    data,
    receiverIds: receivers ? childrenOf(receivers, 'ReceiverId').map((receiver) => receiver.text) : [],
    ...(copMsgId === undefined ? {} : { copMsgId }),
    ...(senderId === undefined ? {} : { senderId }),
    ...(messageType === undefined ? {} : { messageType }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
};

/** Reads and opens an envelope. Throws `UnreadableMessage`. */
export const readDxpMsg = (source: Uint8Array | string): ReceivedEnvelope => openDxpMsg(readXml(source));
