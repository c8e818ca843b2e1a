import { compareDecimals, currencyByIso, customsUnit, isCustomsParty, ZERO } from '#reference-data';
import { create } from 'xmlbuilder2';
import { compactBeijingTime } from './beijing-time.js';
import { FieldChecks, type FieldProblem } from './field-checks.js';

const CEB_NAMESPACE = 'http://www.chinaport.gov.cn/ceb';

/** 1 a new order, 2 a change of one customs holds, 3 its deletion (9710-C9). */
export type AppType = 1 | 2 | 3;

/** A line of the order; decimals as text in N19,5. */
export interface Ceb303Line {
  /** 1, 2, 3… */
  readonly seq: number;
  /** The enterprise's article number (SKU), up to 30 characters; customs requires one, so `orderNo-seq` stands in for a missing one. */
  readonly itemNo?: string;
  /** Chinese name, up to 250 characters. */
  readonly name: string;
  readonly qty: string;
  /** Customs unit code, e.g. `007`. */
  readonly unit: string;
  readonly unitPrice: string;
  readonly total: string;
}

/** What is told to customs about one order in one attempt; decimals as text in N19,5, in the order's currency. */
export interface Ceb303Order {
  /** One per attempt: sending the same attempt again is the same message. */
  readonly messageGuid: string;
  readonly orderGuid: string;
  readonly appType: AppType;
  /** When the order is told to customs. */
  readonly appTime: Date;
  readonly orderNo: string;
  /** The platform: its customs code, or `无` for a foreign one without. */
  readonly ebpCode: string;
  readonly ebpName: string;
  /** The exporting company. */
  readonly ebcCode: string;
  readonly ebcName: string;
  /** ISO 4217, e.g. `USD`. */
  readonly currency: string;
  /** FOB value: the sum of the lines. */
  readonly goodsValue: string;
  /** Absent is 0. */
  readonly freight?: string;
  readonly insurance?: string;
  readonly miscFee?: string;
  readonly lines: readonly Ceb303Line[];
  readonly note?: string;
}

/** Who hands the message in: the identity of the sending client. */
export interface Transfer {
  readonly copCode: string;
  readonly copName: string;
  readonly dxpId: string;
}

/** The order cannot be written as CEB303; nothing was written. */
export class UnwritableOrder extends Error {
  override readonly name = 'UnwritableOrder';

  constructor(readonly problems: readonly FieldProblem[]) {
    super(problems.map(({ field, rule, reason }) => `${field} ${reason.en} (${rule})`).join('; '));
  }
}

type Elements = readonly (readonly [name: string, content: string])[];

const FORMAT = 'CEB303';
const DECLARED = '2';
/** B: B2B export order, declared under supervision mode 9710. */
const B2B_ORDER = 'B';
const NO_PLATFORM_CODE = '无';
const MAX_LINES = 100;
const DXP_ID = /^[A-Za-z0-9]{1,30}$/;

const headOf = (order: Ceb303Order, checks: FieldChecks): Elements => [
  ['guid', checks.guid('orderGuid', order.orderGuid)],
  ['appType', String(order.appType)],
  ['appTime', timeOf(order, checks)],
  ['appStatus', DECLARED],
  ['orderType', B2B_ORDER],
  ['orderNo', checks.text('orderNo', order.orderNo, 60)],
  ['ebpCode', order.ebpCode === NO_PLATFORM_CODE ? NO_PLATFORM_CODE : party('ebpCode', order.ebpCode, FORMAT, checks)],
  ['ebpName', checks.text('ebpName', order.ebpName, 100)],
  ['ebcCode', party('ebcCode', order.ebcCode, '9710-R6', checks)],
  ['ebcName', checks.text('ebcName', order.ebcName, 100, '9710-R4')],
  ['goodsValue', checks.decimal('goodsValue', order.goodsValue)],
  ['freight', freightOf(order, checks)],
  ['currency', checks.known('currency', currencyByIso(order.currency)?.customs, '9710-R7')],
  ...(order.note === undefined ? [] : [['note', checks.text('note', order.note, 1000)] as const]),
];

const lineOf = (order: Ceb303Order, index: number, line: Ceb303Line, checks: FieldChecks): Elements => {
  const at = (field: string): string => `lines[${index}].${field}`;
  if (line.seq !== index + 1) checks.refuse(at('seq'), { en: 'does not count 1, 2, 3…', zh: '序号应从1开始连续' });
  return [
    ['gnum', String(line.seq)],
    ['itemNo', checks.text(at('itemNo'), line.itemNo ?? `${order.orderNo}-${line.seq}`, 30)],
    ['itemName', checks.text(at('name'), line.name, 250, '9710-R8')],
    ['unit', checks.known(at('unit'), customsUnit(line.unit)?.code, '9710-R8')],
    ['currency', currencyByIso(order.currency)?.customs ?? ''],
    ['qty', checks.decimal(at('qty'), line.qty, '9710-R8')],
    ['price', checks.decimal(at('unitPrice'), line.unitPrice, '9710-R8')],
    ['totalPrice', checks.decimal(at('total'), line.total, '9710-R8')],
  ];
};

const transferOf = (transfer: Transfer, checks: FieldChecks): Elements => {
  if (!DXP_ID.test(transfer.dxpId)) checks.refuse('dxpId', { en: 'is not 1 to 30 letters and digits', zh: '应为1至30位字母数字' });
  return [
    ['copCode', party('copCode', transfer.copCode, FORMAT, checks)],
    ['copName', checks.text('copName', transfer.copName, 100)],
    ['dxpMode', 'DXP'],
    ['dxpId', transfer.dxpId],
  ];
};

const party = (field: string, code: string, rule: string, checks: FieldChecks): string => {
  if (!isCustomsParty(code)) {
    checks.refuse(field, { en: 'is neither a 10-character customs code nor a social credit code', zh: '既不是10位海关代码，也不是统一社会信用代码' }, rule);
  }
  return code;
};

const timeOf = (order: Ceb303Order, checks: FieldChecks): string => {
  if (!Number.isNaN(order.appTime.getTime())) return compactBeijingTime(order.appTime);
  checks.refuse('appTime', { en: 'is not a time', zh: '不是有效时间' });
  return '';
};

/** CEB303 has one field for all costs; the declaration keeps the three apart. */
const freightOf = (order: Ceb303Order, checks: FieldChecks): string =>
  checks.sum('freight', [
    checks.decimal('freight', order.freight ?? ZERO, '9710-R7'),
    checks.decimal('insurance', order.insurance ?? ZERO, '9710-R7'),
    checks.decimal('miscFee', order.miscFee ?? ZERO, '9710-R7'),
  ]);

const checkLines = (order: Ceb303Order, checks: FieldChecks): void => {
  if (order.lines.length === 0) checks.refuse('lines', { en: 'are missing', zh: '至少需要一行商品' }, '9710-R10');
  if (order.lines.length > MAX_LINES) checks.refuse('lines', { en: `are more than ${MAX_LINES}`, zh: `商品超过${MAX_LINES}行` });
};

/** Customs compares the head with the lines, so a difference is found here and not there. */
const checkSum = (order: Ceb303Order): readonly FieldProblem[] => {
  const checks = new FieldChecks('9710-R9');
  const sum = checks.sum('goodsValue', order.lines.map((line) => checks.decimal('lines', line.total)));
  if (compareDecimals(sum, checks.decimal('goodsValue', order.goodsValue)) !== 0) {
    checks.refuse('goodsValue', { en: `is not the sum of the lines, ${sum}`, zh: `与商品总价合计${sum}不符` });
  }
  return checks.problems;
};

/**
 * Writes one order as a CEB303 message (202205 edition of the export message standard): field order, lengths, N19,5, codes and Beijing time as customs
 * wants them. Pure. Throws `UnwritableOrder` with every problem found.
 */
export const writeCeb303 = (order: Ceb303Order, transfer: Transfer): string => {
  const checks = new FieldChecks(FORMAT);
  const guid = checks.guid('messageGuid', order.messageGuid);
  checkLines(order, checks);
  const head = headOf(order, checks);
  const lines = order.lines.slice(0, MAX_LINES).map((line, index) => lineOf(order, index, line, checks));
  const base = transferOf(transfer, checks);
  const problems = checks.problems.length > 0 ? checks.problems : checkSum(order);
  if (problems.length > 0) throw new UnwritableOrder(problems);

  const message = create({ version: '1.0', encoding: 'UTF-8' }).ele(CEB_NAMESPACE, 'ceb:CEB303Message', { guid, version: '1.0' });
  const write = (parent: typeof message, name: string, elements: Elements): void => {
    const node = parent.ele(`ceb:${name}`);
    for (const [child, content] of elements) node.ele(`ceb:${child}`).txt(content);
  };
  const orderNode = message.ele('ceb:Order');
  write(orderNode, 'OrderHead', head);
  for (const line of lines) write(orderNode, 'OrderList', line);
  write(message, 'BaseTransfer', base);
  return message.end({ format: 'xml' });
};

/** A business message on its way to customs. */
export interface CustomsMessage {
  /** Upper case; fixed per attempt. */
  readonly guid: string;
  /** The id under which CEB900 names the message back. */
  readonly copMsgId: string;
  readonly messageType: 'CEB303Message';
  readonly createdAt: Date;
  readonly xml: string;
}

/** The order as a message ready to be sent; its CopMsgId is its guid. Throws `UnwritableOrder`. */
export const ceb303Message = (order: Ceb303Order, transfer: Transfer): CustomsMessage => {
  const xml = writeCeb303(order, transfer);
  const guid = order.messageGuid.toUpperCase();
  return { guid, copMsgId: guid, messageType: 'CEB303Message', createdAt: order.appTime, xml };
};
