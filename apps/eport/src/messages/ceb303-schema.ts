import { checkDecimal } from '#reference-data';
import type { XmlElement } from './xml-element.js';

/** A row of a field table: C..max, or N19,5. */
interface FieldRow {
  readonly name: string;
  readonly required: boolean;
  readonly max: number | 'N19,5';
}

const required = (name: string, max: FieldRow['max']): FieldRow => ({ name, required: true, max });
const optional = (name: string, max: FieldRow['max']): FieldRow => ({ name, required: false, max });

/** The field tables of CEB303 (export message standard, 202205 edition), in the order in which the elements must come. */
const ORDER_HEAD: readonly FieldRow[] = [
  required('guid', 36),
  required('appType', 1),
  required('appTime', 14),
  required('appStatus', 1),
  required('orderType', 1),
  required('orderNo', 60),
  required('ebpCode', 18),
  required('ebpName', 100),
  required('ebcCode', 18),
  required('ebcName', 100),
  required('goodsValue', 'N19,5'),
  required('freight', 'N19,5'),
  required('currency', 3),
  optional('note', 1000),
];
const ORDER_LIST: readonly FieldRow[] = [
  required('gnum', 5),
  required('itemNo', 30),
  required('itemName', 250),
  optional('itemDescribe', 1000),
  optional('barCode', 50),
  required('unit', 3),
  required('currency', 3),
  required('qty', 'N19,5'),
  required('price', 'N19,5'),
  required('totalPrice', 'N19,5'),
  optional('note', 1000),
];
const BASE_TRANSFER: readonly FieldRow[] = [
  required('copCode', 18),
  required('copName', 100),
  required('dxpMode', 3),
  required('dxpId', 30),
  optional('note', 1000),
];

/** What may follow the orders, and how often. */
const MESSAGE_PARTS = [
  { name: 'Order', min: 1, max: 100 },
  { name: 'BaseTransfer', min: 1, max: 1 },
  { name: 'BaseSubscribe', min: 0, max: 5 },
  { name: 'Signature', min: 0, max: 1 },
  { name: 'ExtendMessage', min: 0, max: 1 },
];
/** The schema asks for a line; its absence has an error code of its own (-301001), so it is left to the business checks. */
const ORDER_PARTS = [
  { name: 'OrderHead', min: 1, max: 1 },
  { name: 'OrderList', min: 0, max: 100 },
];

type Fields = Readonly<Record<string, string>>;

/** An order of the message, all fields as text; absent optional ones are missing. */
export interface DeclaredOrder {
  readonly head: Fields;
  readonly lines: readonly Fields[];
}

/** The message breaks the schema (transport error 0002). */
export class SchemaViolation extends Error {
  override readonly name = 'SchemaViolation';
}

const checkOrder = (parent: XmlElement, names: readonly string[]): void => {
  let reached = 0;
  for (const { name } of parent.children) {
    const place = names.indexOf(name);
    if (place < 0) throw new SchemaViolation(`${parent.name}/${name}: element not defined`);
    if (place < reached) throw new SchemaViolation(`${parent.name}/${name}: element out of order`);
    reached = place;
  }
};

const partsOf = (parent: XmlElement, parts: typeof MESSAGE_PARTS): void => {
  checkOrder(parent, parts.map(({ name }) => name));
  for (const { name, min, max } of parts) {
    const count = parent.children.filter((part) => part.name === name).length;
    if (count < min || count > max) throw new SchemaViolation(`${parent.name}/${name}: ${count} times, allowed ${min} to ${max}`);
  }
};

const fieldsOf = (parent: XmlElement, rows: readonly FieldRow[]): Fields => {
  checkOrder(parent, rows.map(({ name }) => name));
  return Object.fromEntries(
    rows.flatMap(({ name, required: needed, max }) => {
      const [field, ...repeated] = parent.children.filter((candidate) => candidate.name === name);
      const path = `${parent.name}/${name}`;
      if (repeated.length > 0) throw new SchemaViolation(`${path}: more than once`);
      if (field === undefined && !needed) return [];
      const text = field?.text ?? '';
      if (needed && text === '') throw new SchemaViolation(`${path}: missing`);
      checkFormat(path, text, max);
      return [[name, text]];
    }),
  );
};

const checkFormat = (path: string, text: string, max: FieldRow['max']): void => {
  if (typeof max === 'number') {
    if (Array.from(text).length > max) throw new SchemaViolation(`${path}: longer than ${max}`);
    return;
  }
  const checked = checkDecimal(text.replace(/^-/, ''));
  if (!checked.ok) throw new SchemaViolation(`${path}: not N19,5`);
};

/** Reads the orders of a CEB303 message. Throws `SchemaViolation` where shape, order of elements, lengths or number formats are not as the schema says. */
export const readCeb303 = (message: XmlElement): readonly DeclaredOrder[] => {
  partsOf(message, MESSAGE_PARTS);
  for (const transfer of message.children.filter(({ name }) => name === 'BaseTransfer')) fieldsOf(transfer, BASE_TRANSFER);
  return message.children
    .filter(({ name }) => name === 'Order')
    .map((order) => {
      partsOf(order, ORDER_PARTS);
      const [head, ...lines] = order.children;
      if (head === undefined) throw new SchemaViolation('Order/OrderHead: missing');
      return { head: fieldsOf(head, ORDER_HEAD), lines: lines.map((line) => fieldsOf(line, ORDER_LIST)) };
    });
};
