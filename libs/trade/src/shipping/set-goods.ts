import { Command, invalid, refuseIfAny, type Decide, type Refusal } from '#event-sourcing';
import { DecimalString, NestedList, WholeNumber } from '#platform';
import { compareDecimals, decimalText, sumDecimals, ZERO, type DecimalText } from '#reference-data';
import { requireBatchAction } from './actions.js';
import type { BatchEvent, BatchLine } from './batch-events.js';
import { batchOf, type OrderedLine, type ShippingOrder } from './shipping-order.js';

export class BatchLineInput {
  /** Line of the trade order. */
  @WholeNumber(1, 1000, { context: { rule: '9710-R1' } })
  lineNo!: number;

  @DecimalString({ digits: 19, places: 5, moreThan: '0' }, { context: { rule: '9710-R1' } })
  qty!: string;
}

export class SetBatchGoodsInput {
  /** All goods of the batch. */
  @NestedList(() => BatchLineInput, { min: 1, max: 100 }, { context: { rule: '9710-R52' } })
  goods!: BatchLineInput[];
}

/** Step 1 of a batch: its goods by line and quantity (9710-R1, 9710-R52). */
export class SetBatchGoods extends Command<SetBatchGoodsInput & { readonly batchNo: number }> {}

const quantity = (text: string): DecimalText => decimalText(text) ?? ZERO;

/** What the other batches ship of the line. */
const shippedElsewhere = ({ batches }: ShippingOrder, lineNo: number, batchNo: number): DecimalText =>
  sumDecimals(batches.list.filter((batch) => batch.batchNo !== batchNo).flatMap(({ goods }) => goods.filter((line) => line.lineNo === lineNo).map(({ qty }) => quantity(qty)))) ?? ZERO;

const exceeds = (order: ShippingOrder, batchNo: number, { lineNo, qty }: BatchLineInput, ordered: OrderedLine): boolean => {
  const sum = sumDecimals([shippedElsewhere(order, lineNo, batchNo), quantity(qty)]);
  return sum === undefined || compareDecimals(sum, quantity(ordered.qty)) > 0;
};

const problemOf = (order: ShippingOrder, batchNo: number, goods: readonly BatchLineInput[], index: number): readonly Refusal[] => {
  const line = goods[index];
  if (line === undefined) return [];
  const ordered = order.lines.find(({ lineNo }) => lineNo === line.lineNo);
  const at = (field: string): string => `goods[${index}].${field}`;
  if (ordered === undefined) return [invalid('9710-R1', at('lineNo'), { en: `the order has no line ${line.lineNo}`, zh: `订单没有第 ${line.lineNo} 行商品` })];
  if (goods.findIndex(({ lineNo }) => lineNo === line.lineNo) < index) return [invalid('9710-R1', at('lineNo'), { en: 'the line is given twice', zh: '商品行重复' })];
  if (!exceeds(order, batchNo, line, ordered)) return [];
  const elsewhere = shippedElsewhere(order, line.lineNo, batchNo);
  const text = { en: `more than ordered: ${ordered.qty} ordered, ${elsewhere} in other batches`, zh: `超出订购数量：订购 ${ordered.qty}，其他批次 ${elsewhere}` };
  return [invalid('9710-R1', at('qty'), text, { ordered: ordered.qty, elsewhere, given: line.qty })];
};

/** The quantities of all batches together never exceed what was ordered. Throws `Refusal`(s) naming each wrong line. */
const checkedGoods = (order: ShippingOrder, batchNo: number, goods: readonly BatchLineInput[]): readonly BatchLine[] => {
  refuseIfAny(goods.flatMap((_, index) => problemOf(order, batchNo, goods, index)));
  return goods.flatMap(({ lineNo, qty }) => {
    const ordered = order.lines.find((line) => line.lineNo === lineNo);
    return ordered === undefined ? [] : [{ lineNo, name: ordered.name, qty: quantity(qty), unit: ordered.unit }];
  });
};

export const setBatchGoods: Decide<SetBatchGoodsInput & { readonly batchNo: number }, ShippingOrder, BatchEvent> = ({ batchNo, goods }, order, { actor }) => {
  const batch = batchOf(order, batchNo);
  requireBatchAction('set-goods', order, batch, actor);
  const exportOrderNo = batch.export?.way === '9710-service' ? batch.export.exportOrderNo : undefined;
  return [{ type: 'BatchGoodsSet', data: { orderNo: order.orderNo, batchNo, goods: checkedGoods(order, batchNo, goods), ...(exportOrderNo !== undefined && { exportOrderNo }) } }];
};
