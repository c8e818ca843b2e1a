import { describe, expect, it } from '@jest/globals';
import { approveOrder } from './approve-order.js';
import { cancelOrder } from './cancel-order.js';
import { draftOrderForBatch, type BatchOrderRequest } from './draft-order-for-batch.js';
import { modifyOrder } from './modify-order.js';
import { noteBatchGoods } from './note-batch-goods.js';
import { CONTENT, EXPORTER, OrderScenario, PLEDGE, PROFILE, REVIEWER, SYSTEM } from './order.scenarios.js';
import { replaceLines } from './replace-lines.js';
import { returnOrder } from './return-order.js';
import { saveDraft } from './save-draft.js';
import { sendOrder } from './send-order.js';
import { withdrawOrder } from './withdraw-order.js';

const TRADE_ORDER = '38854287001026709';

const REQUEST: BatchOrderRequest = {
  batch: { tradeOrderNo: TRADE_ORDER, batchNo: 1, requestId: 'request-1' },
  account: 'user:li',
  goods: [{ name: 'Table lamp', qty: '1' }],
  currency: 'USD',
  tradeCountry: 'US',
};

/** The content of the guide; saving states all of it, the enterprise code too. */
const FILLED = { ...CONTENT, ebcCode: PROFILE.ebcCode };

const forBatch = (request: Partial<BatchOrderRequest> = {}): OrderScenario => new OrderScenario().when(draftOrderForBatch, { ...REQUEST, ...request }, SYSTEM);
const returned = (): OrderScenario => forBatch().when(saveDraft, FILLED).when(sendOrder, PLEDGE).when(returnOrder, { reason: '单价有误' }, REVIEWER);

describe('the order of a shipment batch', () => {
  it('9710-R36 carries its trade-assurance order and its batch, and who chose the service', () => {
    const { batch, account, content, companyName } = forBatch().newest('OrderDrafted');
    expect({ batch, account, companyName }).toEqual({ batch: REQUEST.batch, account: 'user:li', companyName: PROFILE.companyName });
    expect(content).toMatchObject({ scene: 'trade-assurance', tradeAssuranceNo: TRADE_ORDER, currency: 'USD', tradeCountry: 'US' });
  });

  it('9710-C15 begins without lines: they are neither prefilled from nor forced to equal the batch', () => {
    const order = forBatch();
    expect(order.newest('OrderDrafted')).toMatchObject({ content: { lines: [] }, warnings: [] });
    order.when(saveDraft, FILLED);
    expect(order.newest('DraftSaved').warnings).toEqual(['lines-differ-from-batch']);
    order.when(sendOrder, PLEDGE);
    expect(order.state.status).toBe('IN_REVIEW');
    expect(order.newest('OrderSubmitted').warnings).toEqual(['lines-differ-from-batch']);
  });

  it('9710-C15 does not warn of lines that are the goods of the batch, however they are split and printed', () => {
    const goods = [{ name: '荔枝', qty: '100.0' }];
    const line = { name: ' 荔枝', qty: '50', unit: '007', unitPrice: '1', total: '50' };
    const order = forBatch({ goods: goods.map(({ name }) => ({ name, qty: '100' })) }).when(saveDraft, { currency: 'USD', lines: [line, line] });
    expect(order.newest('DraftSaved').warnings).toEqual([]);
    expect(order.when(replaceLines, { text: '荔枝\t99\t007\t1\t99' }).newest('LinesReplaced').warnings).toEqual(['lines-differ-from-batch']);
    order.when(noteBatchGoods, { goods: [{ name: '荔枝', qty: '99' }] }, SYSTEM);
    expect(order.newest('BatchGoodsNoted').warnings).toEqual([]);
  });

  it('9710-R36 keeps its trade order when it is saved or modified without or with it, and takes no other', () => {
    const order = forBatch().when(saveDraft, { currency: 'USD' });
    expect(order.newest('DraftSaved').content.tradeAssuranceNo).toBe(TRADE_ORDER);
    expect(order.refusals(saveDraft, { tradeAssuranceNo: '90021645010167090' })[0]).toMatchObject({ rule: 'TA-R20', details: { field: 'tradeAssuranceNo' } });
    expect(returned().refusals(modifyOrder, { tradeAssuranceNo: '90021645010167090' })[0]?.rule).toBe('TA-R20');
  });

  it('9710-R30 is not drafted for a company without the 9710 service', () => {
    const order = new OrderScenario();
    order.world = { ...order.world, profile: { entries: [{ ...PROFILE, service9710Active: false }] } };
    expect(order.refusals(draftOrderForBatch, REQUEST, SYSTEM)[0]).toMatchObject({ rule: '9710-R30', code: 'service-not-active' });
  });

  it('9710-C11 is withdrawn with its batch while it is a draft or returned, and not once it is on its way', () => {
    expect(forBatch().when(withdrawOrder, {}, SYSTEM).types).toEqual(['DraftDeleted']);
    expect(returned().when(withdrawOrder, {}, SYSTEM).types).toEqual(['OrderCancelled']);
    expect(returned().when(cancelOrder, {}).when(withdrawOrder, {}, SYSTEM).types).toEqual([]);
    const sent = () => forBatch().when(saveDraft, FILLED).when(sendOrder, PLEDGE);
    for (const order of [sent(), sent().when(approveOrder, {}, REVIEWER)]) expect(order.refusals(withdrawOrder, {}, SYSTEM)[0]).toMatchObject({ rule: '9710-C11', kind: 'conflict' });
  });

  it('is drafted, told of goods and withdrawn by the system only', () => {
    const order = forBatch();
    expect(order.refusals(withdrawOrder, {}, EXPORTER)[0]?.kind).toBe('forbidden');
    expect(order.refusals(noteBatchGoods, { goods: [] }, EXPORTER)[0]?.kind).toBe('forbidden');
    expect(new OrderScenario().refusals(draftOrderForBatch, REQUEST, EXPORTER)[0]?.kind).toBe('forbidden');
  });

  it('is told of its goods only while the exporter can act on it', () => {
    expect(forBatch().when(saveDraft, FILLED).when(sendOrder, PLEDGE).when(noteBatchGoods, { goods: [] }, SYSTEM).types).toEqual([]);
  });
});
