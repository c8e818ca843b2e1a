import { v5 as uuidv5 } from 'uuid';
import { parseBeijingTime } from './beijing-time.js';
import { isDxpMsg, openDxpMsg } from './dxp-envelope.js';
import { upperCaseGuid } from './guid.js';
import { UnreadableMessage } from './unreadable-message.js';
import { childrenOf, readXml, textOf, type XmlElement } from './xml-reader.js';

interface ReceiptBase {
  /** The same for every copy of a receipt however it arrives, so that a repeated one is recognised. */
  readonly id: string;
  /** Upper case; what it names is not stated by the standard, and some senders leave it out. */
  readonly guid?: string;
  /** A number as text, e.g. `120` or `-301010`. */
  readonly returnStatus: string;
  /** When customs says it answered, in UTC; missing if the receipt gives no readable time. */
  readonly returnTime?: Date;
  /** The reason in customs' words; empty if none is given, cut at 5000 characters. */
  readonly returnInfo: string;
}

/** CEB304: what became of one order. Orders are identified by ebpCode + ebcCode + orderNo. */
export interface OrderReceipt extends ReceiptBase {
  readonly kind: 'order';
  readonly orderNo: string;
  readonly ebpCode?: string;
  readonly ebcCode?: string;
}

/** CEB900: a message was refused for its format. It names the message (our CopMsgId), not the order. */
export interface FormatErrorReceipt extends ReceiptBase {
  readonly kind: 'format-error';
  readonly oriCopMsgId?: string;
  readonly oriMessageType?: string;
}

export type CustomsReceipt = OrderReceipt | FormatErrorReceipt;

const RECEIPT_IDS = '6f0d4a5b-55a5-4c6f-9f0e-3f3b0f6a4c11';
const STATUS = /^-?\d{1,9}$/;
const MAX_RECEIPTS = 100;
const MAX_ORDER_NO = 60;
const MAX_MESSAGE_ID = 255;
const MAX_INFO = 5000;

const invalid = (field: string): UnreadableMessage => new UnreadableMessage('invalid-field', `${field} of the receipt is missing or not of its format`);

const optional = <Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> =>
  value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);

const short = (element: XmlElement, name: string, maxLength: number): string | undefined => {
  const text = textOf(element, name);
  if (text !== undefined && text.length > maxLength) throw invalid(name);
  return text;
};

const baseOf = (element: XmlElement, ...identity: (string | undefined)[]): ReceiptBase => {
  const returnStatus = textOf(element, 'returnStatus') ?? '';
  if (!STATUS.test(returnStatus)) throw invalid('returnStatus');
  const guid = upperCaseGuid(textOf(element, 'guid') ?? '');
  const time = textOf(element, 'returnTime') ?? '';
  const returnInfo = (textOf(element, 'returnInfo') ?? '').slice(0, MAX_INFO);
  return {
    id: uuidv5(JSON.stringify([...identity, guid, returnStatus, time, returnInfo]), RECEIPT_IDS),
    returnStatus,
    returnInfo,
    ...optional('guid', guid),
    ...optional('returnTime', parseBeijingTime(time)),
  };
};

const orderReceipt = (element: XmlElement): OrderReceipt => {
  const orderNo = short(element, 'orderNo', MAX_ORDER_NO);
  if (orderNo === undefined) throw invalid('orderNo');
  const [ebpCode, ebcCode] = [short(element, 'ebpCode', MAX_ORDER_NO), short(element, 'ebcCode', MAX_ORDER_NO)];
  return {
    kind: 'order',
    orderNo,
    ...optional('ebpCode', ebpCode),
    ...optional('ebcCode', ebcCode),
    ...baseOf(element, 'order', ebpCode, ebcCode, orderNo),
  };
};

const formatErrorReceipt = (element: XmlElement): FormatErrorReceipt => {
  const named = short(element, 'oriCopMsgId', MAX_MESSAGE_ID);
  const oriCopMsgId = named === undefined ? undefined : (upperCaseGuid(named) ?? named);
  return {
    kind: 'format-error',
    ...optional('oriCopMsgId', oriCopMsgId),
    ...optional('oriMessageType', short(element, 'oriMessageType', MAX_ORDER_NO)),
    ...baseOf(element, 'format-error', oriCopMsgId),
  };
};

const receiptsOf = (root: XmlElement): readonly CustomsReceipt[] => {
  switch (root.name) {
    case 'CEB304Message':
      return childrenOf(root, 'OrderReturn').map(orderReceipt);
    case 'CEB900Message':
      return childrenOf(root, 'MessageReturn').map(formatErrorReceipt);
    default:
      throw new UnreadableMessage('unknown-message', `${root.name} is not a receipt`);
  }
};

/**
 * Reads the receipts in a CEB304 or CEB900 message, bare or inside a DxpMsg, in the order given. Lenient in what senders vary: prefix, case of guids,
 * missing optional fields, 14 to 17 digits of time. Throws `UnreadableMessage`.
 */
export const readReceipts = (source: Uint8Array | string): readonly [CustomsReceipt, ...CustomsReceipt[]] => {
  const outer = readXml(source);
  const [first, ...rest] = receiptsOf(isDxpMsg(outer) ? readXml(openDxpMsg(outer).data) : outer);
  if (first === undefined) throw invalid('OrderReturn or MessageReturn');
  if (rest.length >= MAX_RECEIPTS) throw new UnreadableMessage('too-complex', `more than ${MAX_RECEIPTS} receipts in one message`);
  return [first, ...rest];
};

/** What a receipt means for the transmission of the order. */
export type ReceiptOutcome = 'processing' | 'succeeded' | 'failed';

/** 3 sent to customs, 120 stored by customs. Some ports count 2 (declared at the e-port) as accepted. */
export const DEFAULT_SUCCESS_STATUSES: readonly number[] = [3, 120];
const SENDING_FAILED = 4;
const RETURNED_BY_CUSTOMS = 100;

/** CEB900, negative codes, 4 and 100 are failures; the configured statuses successes; everything else is still under way. */
export const outcomeOf = (receipt: CustomsReceipt, successStatuses = DEFAULT_SUCCESS_STATUSES): ReceiptOutcome => {
  const status = Number(receipt.returnStatus);
  if (receipt.kind === 'format-error' || status < 0 || status === SENDING_FAILED || status === RETURNED_BY_CUSTOMS) return 'failed';
  return successStatuses.includes(status) ? 'succeeded' : 'processing';
};
