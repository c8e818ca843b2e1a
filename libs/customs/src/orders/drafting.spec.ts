import { describe, expect, it } from '@jest/globals';
import { NotFound, companyId, systemActor } from '#event-sourcing';
import { compileValidator } from '#platform';
import { OrderContentInput } from './content-input.js';
import { copyOrder } from './copy-order.js';
import { deleteDraft } from './delete-draft.js';
import { draftOrder } from './draft-order.js';
import { newOrderNo } from './order-number.js';
import { CONTENT, EXPORTER, OrderScenario, PROFILE, REVIEWER, completed, drafted, inReview, sending, toModify } from './order.scenarios.js';
import { saveDraft } from './save-draft.js';
import { sendOrder } from './send-order.js';

const violations = (input: object): readonly string[] => {
  const checked = compileValidator(OrderContentInput)(input);
  return checked.map(({ field }) => field);
};

describe('drafting an order', () => {
  it('9710-R13 9710-R54 saves a draft with nothing filled in, which can be gone on with', () => {
    const order = drafted({});
    expect(order.types).toEqual(['OrderDrafted']);
    expect(order.state.status).toBe('DRAFT');
    order.when(saveDraft, CONTENT);
    expect(order.state.content.lines).toHaveLength(1);
  });

  it('9710-R49 keeps its ten-digit number when saved again', () => {
    const order = drafted();
    expect(order.newest('OrderDrafted').draftNo).toBe('8500245864');
    order.when(saveDraft, { ...CONTENT, remarkNo: 'R-1' });
    expect(order.newest('DraftSaved')).toMatchObject({ orderNo: order.orderNo, content: { remarkNo: 'R-1' } });
  });

  it('9710-R35 is deleted by the exporter, and then neither saved nor sent', () => {
    const order = drafted().when(deleteDraft, {});
    expect(order.state.status).toBe('DELETED');
    expect(order.refusals(saveDraft, CONTENT)[0]?.rule).toBe('9710-R13');
    expect(inReview().refusals(deleteDraft, {})[0]?.rule).toBe('9710-R35');
  });

  it('9710-R5 takes company, supervision mode and channel from the profile and lets nobody set them', () => {
    expect(drafted().newest('OrderDrafted')).toMatchObject({ companyName: PROFILE.companyName, channel: 'SiChuanEport', supervisionMode: '9710' });
    expect(violations({ ...CONTENT, companyName: 'other', supervisionMode: '0110', channel: 'other' })).toEqual(
      expect.arrayContaining(['companyName', 'supervisionMode', 'channel']),
    );
  });

  it('9710-R5 refuses a company without a customs profile', () => {
    const order = new OrderScenario();
    order.world = { ...order.world, profile: { entries: [] } };
    expect(order.refusals(draftOrder, CONTENT)[0]?.code).toBe('no-customs-profile');
  });

  it('9710-R30 refuses a company that has not activated the 9710 service', () => {
    const order = new OrderScenario();
    order.world = { ...order.world, profile: { entries: [{ ...PROFILE, service9710Active: false }] } };
    expect(order.refusals(draftOrder, CONTENT)[0]?.rule).toBe('9710-R30');
  });

  it('9710-R30 refuses to send when the service was switched off after drafting', () => {
    const order = drafted();
    order.world = { ...order.world, profile: { entries: [{ ...PROFILE, service9710Active: false }] } };
    expect(order.refusals(sendOrder, { pledge: { accepted: true, textVersion: 'company-1' } })[0]?.rule).toBe('9710-R30');
  });

  it('9710-R6 9710-C14 proposes the enterprise code of the profile and takes six digits and four capital letters or digits', () => {
    expect(drafted().state.content.ebcCode).toBe('123456789X');
    expect(drafted({ ...CONTENT, ebcCode: '4403169D3W' }).state.content.ebcCode).toBe('4403169D3W');
    expect(violations({ ebcCode: '610166BA05' })).toEqual([]);
    for (const wrong of ['12345A789X', '123456789', '123456789x', '0810903000X']) expect(violations({ ebcCode: wrong })).toEqual(['ebcCode']);
  });

  it('9710-R7 refuses a currency that customs does not know, naming the field', () => {
    const [refusal] = new OrderScenario().refusals(draftOrder, { ...CONTENT, currency: 'XXX' });
    expect(refusal).toMatchObject({ rule: '9710-R7', details: { field: 'currency', kind: 'invalid' } });
    expect(violations({ currency: 'usd' })).toEqual(['currency']);
  });

  it('9710-R7 needs no freight, insurance or miscellaneous fee', () => {
    expect(inReview().state.status).toBe('IN_REVIEW');
  });

  it('9710-R8 refuses units that customs does not know and amounts that do not fit N19,5', () => {
    const line = { name: '荔枝', qty: '1', unit: '099' };
    expect(new OrderScenario().refusals(draftOrder, { lines: [{ ...line, unit: '999' }] })[0]).toMatchObject({ rule: '9710-R8', details: { field: 'lines[0].unit' } });
    for (const wrong of ['-1', '1.123456', '10000000000000000000', '1e3', '0']) expect(violations({ lines: [{ ...line, qty: wrong }] })).toEqual(['lines[0].qty']);
    expect(violations({ lines: [{ ...line, unitPrice: '12345678912345.12345' }] })).toEqual([]);
    expect(violations({ lines: [{ ...line, name: 'a\u0000b' }] })).toEqual(['lines[0].name']);
  });

  it('9710-R8 takes 100 lines and refuses 101', () => {
    const line = { name: '荔枝' };
    expect(violations({ lines: Array.from({ length: 100 }, () => line) })).toEqual([]);
    expect(violations({ lines: Array.from({ length: 101 }, () => line) })).toEqual(['lines']);
  });

  it('9710-R9 recomputes line totals and the totals row, to five decimals half up', () => {
    const lines = [
      { name: '荔枝', qty: '100', unit: '007', unitPrice: '100.00', total: '10000' },
      { name: '台灯', qty: '1', unit: '001', unitPrice: '2', total: '2' },
      { name: '线', qty: '0.33333', unit: '030', unitPrice: '0.5', total: '0.16667' },
    ];
    expect(drafted({ lines }).newest('OrderDrafted').totals).toEqual({ qty: '101.33333', amount: '10002.16667' });
  });

  it('9710-R9 refuses every total that is not quantity × unit price, naming each', () => {
    const line = { name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '9999' };
    const refusals = new OrderScenario().refusals(draftOrder, { lines: [line, { ...line, total: '10000' }, line] });
    expect(refusals.map(({ rule, details }) => [rule, details.field])).toEqual([
      ['9710-R9', 'lines[0].total'],
      ['9710-R9', 'lines[2].total'],
    ]);
    expect(refusals[0]?.details.facts).toEqual({ expected: '10000', actual: '9999' });
  });

  it('9710-R9 refuses a sum beyond N19,5', () => {
    const line = { qty: '1', unitPrice: '99999999999999', total: '99999999999999' };
    expect(new OrderScenario().refusals(draftOrder, { lines: [line, line] })[0]).toMatchObject({ rule: '9710-R9', details: { field: 'lines' } });
  });

  it('9710-C10 warns of a trade country China and does not block', () => {
    const order = drafted({ ...CONTENT, tradeCountry: 'CN' });
    expect(order.newest('OrderDrafted').warnings).toEqual(['trade-country-is-china']);
    expect(drafted({ ...CONTENT, tradeCountry: 'US' }).newest('OrderDrafted').warnings).toEqual([]);
    expect(order.when(sendOrder, { pledge: { accepted: true, textVersion: 'company-1' } }).newest('OrderSubmitted').warnings).toEqual(['trade-country-is-china']);
  });

  it('9710-R57 copies header and lines into a new draft without number, pledge, transmission or declaration', () => {
    const source = completed();
    const copy = new OrderScenario('199999-00001');
    copy.world = { ...copy.world, source: source.state };
    copy.when(copyOrder, { sourceOrderNo: source.orderNo });
    expect(copy.newest('OrderDrafted')).toMatchObject({ orderNo: '199999-00001', draftNo: '9999900001', copiedFrom: source.orderNo, content: source.state.content });
    expect(copy.state).toMatchObject({ status: 'DRAFT', transmission: 'PENDING', pushes: [] });
    expect(copy.state).not.toHaveProperty('submitted');
    expect(copy.state).not.toHaveProperty('declaration');
  });

  it("9710-R57 finds no order to copy that is another company's, or that is not there", () => {
    const copy = new OrderScenario('199999-00001');
    expect(() => copy.when(copyOrder, { sourceOrderNo: '185002-00000' })).toThrow(NotFound);
    copy.world = { ...copy.world, source: completed().state, company: companyId('other') };
    expect(() => copy.when(copyOrder, { sourceOrderNo: '185002-45864' })).toThrow(NotFound);
  });

  it('is not a reviewer’s to do', () => {
    expect(new OrderScenario().refusals(draftOrder, CONTENT, REVIEWER)[0]?.kind).toBe('forbidden');
  });

  it('9710-R13 is only saved while it is a draft', () => {
    for (const order of [inReview(), sending(), toModify(), completed()]) expect(order.refusals(saveDraft, CONTENT)[0]?.kind).toBe('conflict');
  });
});

describe('the order number', () => {
  const envelope = { commandId: 'key-1', actor: EXPORTER, companyId: EXPORTER.companyId, correlationId: 'c', origin: { via: 'http' } };

  it('is the same for the same key, and another for another try, key or company', () => {
    expect(newOrderNo(envelope, 0)).toBe(newOrderNo({ ...envelope, correlationId: 'd' }, 0));
    const others = [newOrderNo(envelope, 1), newOrderNo({ ...envelope, commandId: 'key-2' }, 0), newOrderNo({ ...envelope, actor: systemActor('x') }, 0)];
    expect(new Set([newOrderNo(envelope, 0), ...others]).size).toBe(4);
  });

  it('begins with 1 and leaves a draft number of ten digits', () => {
    for (let attempt = 0; attempt < 200; attempt++) expect(newOrderNo(envelope, attempt)).toMatch(/^1[1-9]\d{4}-\d{5}$/);
  });
});
