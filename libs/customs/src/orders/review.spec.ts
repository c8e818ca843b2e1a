import { describe, expect, it } from '@jest/globals';
import { answerConfirmation } from './answer-confirmation.js';
import { approveOrder } from './approve-order.js';
import { beginTransmission } from './begin-transmission.js';
import { cancelOrder } from './cancel-order.js';
import { EXPORTER, PLEDGE, PROFILE, REVIEWER, START, SYSTEM, drafted, inReview, toModify } from './order.scenarios.js';
import { PLEDGE_TEXTS } from './pledge-texts.js';
import { modifyOrder } from './modify-order.js';
import { requestConfirmation } from './request-confirmation.js';
import { returnOrder } from './return-order.js';
import { sendOrder } from './send-order.js';

const LINE = { name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000' };

describe('sending an order to review', () => {
  it('9710-R4 9710-R54 refuses what is not filled in, naming every field', () => {
    const order = drafted({ lines: [{ name: '荔枝' }] });
    const refused = order.refusals(sendOrder, PLEDGE).map(({ details }) => details.field);
    expect(refused).toEqual(['currency', 'lines[0].qty', 'lines[0].unit', 'lines[0].unitPrice', 'lines[0].total']);
    expect(order.state.status).toBe('DRAFT');
  });

  it('9710-R7 refuses an order without a currency', () => {
    expect(drafted({ lines: [LINE] }).refusals(sendOrder, PLEDGE)).toMatchObject([{ rule: '9710-R7', details: { field: 'currency' } }]);
  });

  it.each(['name', 'qty', 'unit', 'unitPrice', 'total'] as const)('9710-R8 refuses a line without %s', (field) => {
    const { [field]: _, ...incomplete } = LINE;
    const refused = drafted({ currency: 'USD', lines: [LINE, incomplete] }).refusals(sendOrder, PLEDGE);
    expect(refused).toMatchObject([{ rule: '9710-R8', details: { field: `lines[1].${field}` } }]);
  });

  it('9710-R10 refuses an order without lines', () => {
    expect(drafted({ currency: 'USD' }).refusals(sendOrder, PLEDGE)).toMatchObject([{ rule: '9710-R10', details: { field: 'lines' } }]);
  });

  it('9710-R6 refuses an order whose enterprise code was cleared', () => {
    const order = toModify().when(modifyOrder, { currency: 'USD', lines: [LINE] });
    expect(order.refusals(sendOrder, PLEDGE)).toMatchObject([{ rule: '9710-R6', details: { field: 'ebcCode' } }]);
  });

  it('9710-R12 refuses without the pledge, ticked', () => {
    const order = drafted();
    expect(order.refusals(sendOrder, {})[0]?.rule).toBe('9710-R12');
    expect(order.refusals(sendOrder, { pledge: { accepted: false, textVersion: 'company-1' } })[0]?.rule).toBe('9710-R12');
  });

  it('9710-R12 9710-C17 stores who ticked the pledge, when, and which of the two texts', () => {
    const order = drafted().after(60).when(sendOrder, { pledge: { accepted: true, textVersion: 'person-1' } });
    expect(order.newest('OrderSubmitted').pledge).toEqual({ by: EXPORTER.id, at: '2022-06-21T03:01:00.250Z', textVersion: 'person-1' });
    expect(PLEDGE_TEXTS['company-1'].zh).toMatch(/^我司.*完全一致.*法律责任/);
    expect(PLEDGE_TEXTS['person-1'].zh).toMatch(/^我承诺.*完全一致.*法律责任/);
  });

  it('9710-R47 9710-R32 adds the customer’s own declaration to the services', () => {
    const order = inReview();
    expect(order.newest('OrderDrafted').services).toEqual(['9710-fulfilment']);
    expect(order.newest('OrderSubmitted').services).toEqual(['9710-fulfilment', 'customer-declaration']);
  });

  it('9710-R31 has no fast review without e-port data authorisation', () => {
    expect(inReview().newest('OrderSubmitted').fastReview).toBe(true);
    const order = drafted();
    order.world = { ...order.world, profile: { entries: [{ ...PROFILE, eportDataAuthorised: false }] } };
    expect(order.when(sendOrder, PLEDGE).newest('OrderSubmitted').fastReview).toBe(false);
  });

  it('9710-C16 keeps the profile it was first sent with, whatever the profile says later', () => {
    const order = toModify();
    order.world = { ...order.world, profile: { entries: [{ ...PROFILE, companyName: '改名公司', channel: 'other' }] } };
    order.when(sendOrder, PLEDGE);
    expect(order.newest('OrderSubmitted')).toMatchObject({ submission: 2, profile: { companyName: PROFILE.companyName, channel: 'SiChuanEport' } });
  });

  it('keeps the time of ordering over submissions', () => {
    const order = toModify().when(sendOrder, PLEDGE);
    expect(order.newest('OrderSubmitted').orderedAt).toBe(START.toISOString());
  });

  it('refuses an order that is under review already', () => {
    expect(inReview().refusals(sendOrder, PLEDGE)[0]).toMatchObject({ rule: '9710-R14', kind: 'conflict' });
  });
});

describe('reviewing an order', () => {
  it('9710-R14 approved, it is sent; only a reviewer approves', () => {
    const order = inReview();
    expect(order.refusals(approveOrder, {})[0]?.kind).toBe('forbidden');
    expect(order.when(approveOrder, {}, REVIEWER).state.status).toBe('APPROVED');
    expect(order.when(beginTransmission, {}, SYSTEM).state).toMatchObject({ status: 'SENDING', transmission: 'PROCESSING' });
  });

  it('9710-R17 nothing is sent to customs before the approval', () => {
    const order = inReview().when(beginTransmission, {}, SYSTEM);
    expect(order.types).toEqual([]);
    expect(order.state).toMatchObject({ status: 'IN_REVIEW', transmission: 'PENDING' });
  });

  it('9710-C1 shows the order as sending as soon as its transmission is processing', () => {
    const order = inReview().when(approveOrder, {}, REVIEWER).when(beginTransmission, {}, SYSTEM);
    expect(order.types).toEqual(['TransmissionRequested']);
    expect(order.state).toMatchObject({ status: 'SENDING', transmission: 'PROCESSING' });
  });

  it('9710-C13 waits for the exporter’s answer and is reviewed again', () => {
    const order = inReview().when(requestConfirmation, { question: '单价是否正确？' }, REVIEWER);
    expect(order.state.status).toBe('TO_CONFIRM');
    expect(order.refusals(approveOrder, {}, REVIEWER)[0]?.kind).toBe('conflict');
    expect(order.when(answerConfirmation, { answer: '正确' }).state.status).toBe('IN_REVIEW');
    expect(order.when(approveOrder, {}, REVIEWER).state.status).toBe('APPROVED');
  });

  it('9710-R23 returned by the reviewer, it is modified and sent again', () => {
    const order = inReview().when(returnOrder, { reason: '商品名称不完整' }, REVIEWER);
    expect(order.state.status).toBe('TO_MODIFY');
    order.when(modifyOrder, { currency: 'USD', ebcCode: '123456789X', lines: [{ ...LINE, name: '鲜荔枝' }] }).when(sendOrder, PLEDGE);
    expect(order.state.status).toBe('IN_REVIEW');
    expect(order.newest('OrderSubmitted').content.lines[0]?.name).toBe('鲜荔枝');
  });

  it('9710-R23 returned by the reviewer, it is cancelled; customs need not be told', () => {
    const order = inReview().when(returnOrder, { reason: '商品名称不完整' }, REVIEWER).when(cancelOrder, {});
    expect(order.newest('OrderCancelled')).toEqual({ orderNo: order.orderNo, reason: '取消订单', heldByCustoms: false });
    expect(order.when(beginTransmission, {}, SYSTEM).types).toEqual([]);
  });

  it('9710-R23 is neither modified nor cancelled unless it was returned', () => {
    for (const decide of [cancelOrder, modifyOrder]) expect(inReview().refusals(decide, {})[0]).toMatchObject({ rule: '9710-R23', kind: 'conflict' });
  });
});
