import { describe, expect, it } from '@jest/globals';
import { NotFound } from '#event-sourcing';
import { approveOrder } from './approve-order.js';
import { beginTransmission } from './begin-transmission.js';
import { cancelOrder } from './cancel-order.js';
import { EXPORTER, GATEWAY, PLEDGE, REVIEWER, SYSTEM, drafted, failed, receive, returnedAfterSuccess, sending, toDeclare, toModify, underVerification } from './order.scenarios.js';
import { recordReceipt, type RecordReceiptInput } from './record-receipt.js';
import { resendOrder } from './resend-order.js';
import { sendOrder } from './send-order.js';

const SUCCESS: RecordReceiptInput = { receiptId: 'r-120', messageType: 'CEB304', verdict: 'succeeded', returnStatus: '120', returnTime: '2022-06-21T03:00:06.789Z' };

describe('receipts from customs', () => {
  it('9710-R14 9710-R15 9710-R16 show the number and the time, to the second, once customs has taken the order', () => {
    const order = sending().when(recordReceipt, SUCCESS, GATEWAY);
    expect(order.types).toEqual(['ReceiptRecorded', 'CustomsOrderSent']);
    expect(order.newest('CustomsOrderSent')).toMatchObject({ crossBorderOrderNo: '185002-45864', sentAt: '2022-06-21T03:00:06.000Z', receiptId: 'r-120', appType: 1 });
    expect(order.state).toMatchObject({ status: 'TO_DECLARE', transmission: 'SUCCEEDED', declaration: 'NOT_UPLOADED' });
  });

  it('leave the order sending while customs is at work', () => {
    const order = receive(sending(), { verdict: 'processing', returnStatus: '1' });
    expect(order.types).toEqual(['ReceiptRecorded']);
    expect(order.newest('ReceiptRecorded').effect).toBe('progress');
    expect(order.state).toMatchObject({ status: 'SENDING', transmission: 'PROCESSING' });
  });

  it('9710-R18 fail the transmission with the reason in customs’ words, or with the code if there are none', () => {
    expect(failed('-10102').newest('SendFailed')).toMatchObject({ source: 'customs', code: '-10102', reason: '企业未注册公服平台' });
    expect(receive(sending(), { verdict: 'failed', returnStatus: '-301013' }).newest('SendFailed').reason).toBe('-301013');
  });

  it('9710-C3 count once when delivered twice, and are recorded twice', () => {
    const order = sending().when(recordReceipt, SUCCESS, GATEWAY);
    const before = order.state;
    order.when(recordReceipt, SUCCESS, GATEWAY);
    expect(order.state).toEqual(before);
    expect(order.types).toEqual(['ReceiptRecorded']);
    expect(order.newest('ReceiptRecorded').effect).toBe('repeated');
    expect(order.history.filter(({ type }) => type === 'CustomsOrderSent')).toHaveLength(1);
  });

  it('9710-C3 confirm a success by another one without changing the time of sending', () => {
    const order = sending().when(recordReceipt, { ...SUCCESS, receiptId: 'r-3', returnStatus: '3' }, GATEWAY);
    order.when(recordReceipt, { ...SUCCESS, returnTime: '2022-06-21T03:00:09.000Z' }, GATEWAY);
    expect(order.newest('ReceiptRecorded').effect).toBe('no-change');
    expect(order.newest('CustomsOrderSent').sentAt).toBe('2022-06-21T03:00:06.000Z');
  });

  it('9710-R16 are ignored when older than one already recorded for the push', () => {
    const order = sending().when(recordReceipt, SUCCESS, GATEWAY);
    order.when(recordReceipt, { ...SUCCESS, receiptId: 'r-4', verdict: 'failed', returnStatus: '4', returnTime: '2022-06-21T03:00:05.000Z' }, GATEWAY);
    expect(order.newest('ReceiptRecorded').effect).toBe('stale');
    expect(order.state).toMatchObject({ status: 'TO_DECLARE', transmission: 'SUCCEEDED' });
  });

  it('take an order back that customs had taken, until a declaration is uploaded', () => {
    const order = receive(toDeclare(), { verdict: 'failed', returnStatus: '100' });
    expect(order.types).toEqual(['ReceiptRecorded', 'SendFailed']);
    expect(order.state).toMatchObject({ status: 'SENDING', transmission: 'FAILED' });
    const declared = receive(underVerification(), { verdict: 'failed', returnStatus: '100' });
    expect(declared.types).toEqual(['ReceiptRecorded']);
    expect(declared.newest('ReceiptRecorded').effect).toBe('late');
    expect(declared.state.status).toBe('DECLARATION_REVIEW');
  });

  it('count for the push whose guid they name, also after a resend', () => {
    const order = failed();
    const { orderGuid } = order.newest('TransmissionRequested');
    order.after(600).when(resendOrder, {});
    receive(order, { verdict: 'failed', returnStatus: '4', guid: orderGuid });
    expect(order.newest('ReceiptRecorded')).toMatchObject({ attempt: 1, effect: 'no-change' });
    expect(order.state.transmission).toBe('PROCESSING');
    receive(order, { verdict: 'succeeded', returnStatus: '3', guid: orderGuid });
    expect(order.newest('CustomsOrderSent').attempt).toBe(1);
  });

  it('count by their time for the push that was made before them, if they name none', () => {
    const order = failed().after(700).when(resendOrder, {});
    receive(order, { verdict: 'failed', returnStatus: '4', returnTime: '2022-06-21T03:00:30.000Z', guid: 'A-GUID-OF-THEIR-OWN' });
    expect(order.newest('ReceiptRecorded')).toMatchObject({ attempt: 1, effect: 'no-change' });
    receive(order, { verdict: 'succeeded', returnStatus: '3', guid: 'A-GUID-OF-THEIR-OWN' });
    expect(order.newest('ReceiptRecorded')).toMatchObject({ attempt: 2, effect: 'succeeded' });
  });

  it('of format errors count for the message they name', () => {
    const order = sending();
    const { copMsgId } = order.newest('TransmissionRequested');
    receive(order, { messageType: 'CEB900', verdict: 'failed', returnStatus: '-1', returnInfo: '报文格式错误', copMsgId });
    expect(order.newest('SendFailed')).toMatchObject({ reason: '报文格式错误', attempt: 1 });
  });

  it('without a time count as of their arrival', () => {
    const { returnTime: _, ...timeless } = SUCCESS;
    const order = sending().after(5).when(recordReceipt, timeless, GATEWAY);
    expect(order.newest('CustomsOrderSent').sentAt).toBe('2022-06-21T03:00:05.000Z');
  });

  it('9710-C9 that come after the order was taken back tell that customs holds it', () => {
    const order = receive(toModify(), { verdict: 'succeeded', returnStatus: '120' });
    expect(order.newest('ReceiptRecorded')).toMatchObject({ effect: 'late', heldByCustoms: true });
    expect(order.state.status).toBe('TO_MODIFY');
    expect(order.when(cancelOrder, {}).newest('OrderCancelled').heldByCustoms).toBe(true);
  });

  it('9710-C9 that come after the order was cancelled lead to its deletion', () => {
    const order = receive(toModify().when(cancelOrder, {}), { verdict: 'succeeded', returnStatus: '120' });
    const { deletionDueAt = '' } = order.newest('ReceiptRecorded');
    order.clock.set(new Date(deletionDueAt));
    expect(order.when(beginTransmission, {}, SYSTEM).newest('TransmissionRequested').appType).toBe(3);
  });

  it('9710-C9 that say the number exists make the resend a change, and the other way round', () => {
    const exists = failed('-301010').after(600).when(resendOrder, {});
    expect(exists.newest('TransmissionRequested').appType).toBe(2);
    receive(exists, { verdict: 'failed', returnStatus: '-301009' });
    expect(exists.after(600).when(resendOrder, {}).newest('TransmissionRequested').appType).toBe(1);
  });

  it('9710-C9 about what was sent before a modification say that customs holds the order, not that it has the modified one', () => {
    const order = toModify();
    const { orderGuid } = order.newest('TransmissionRequested');
    order.after(600).when(sendOrder, PLEDGE).when(approveOrder, {}, REVIEWER).when(beginTransmission, {}, SYSTEM);
    receive(order, { verdict: 'succeeded', returnStatus: '120', guid: orderGuid });
    expect(order.newest('ReceiptRecorded')).toMatchObject({ attempt: 1, effect: 'late', heldByCustoms: true });
    expect(order.state).toMatchObject({ status: 'SENDING', transmission: 'PROCESSING' });
    receive(order, { verdict: 'failed', returnStatus: '-301009' });
    expect(order.after(600).when(resendOrder, {}).newest('TransmissionRequested').appType).toBe(2);
  });

  it('9710-C9 about the order that are older than its deletion change nothing; newer ones have it deleted again', () => {
    const order = returnedAfterSuccess();
    const { orderGuid: guid } = order.newest('TransmissionRequested');
    order.when(cancelOrder, {}).after(600).when(beginTransmission, {}, SYSTEM);
    const before = order.clock.now().toISOString();
    receive(order, { verdict: 'succeeded', returnStatus: '120' });
    receive(order, { verdict: 'succeeded', returnStatus: '120', guid, returnTime: before });
    expect(order.newest('ReceiptRecorded')).toMatchObject({ attempt: 1, effect: 'late', heldByCustoms: false });
    receive(order, { verdict: 'succeeded', returnStatus: '120', guid });
    expect(order.newest('ReceiptRecorded')).toMatchObject({ attempt: 1, heldByCustoms: true, deletionDueAt: expect.any(String) });
    expect(order.after(600).when(beginTransmission, {}, SYSTEM).newest('TransmissionRequested')).toMatchObject({ appType: 3, attempt: 3 });
  });

  it('9710-C9 that find nothing to delete end the deletion', () => {
    const order = returnedAfterSuccess().when(cancelOrder, {}).after(600).when(beginTransmission, {}, SYSTEM);
    expect(receive(order, { verdict: 'failed', returnStatus: '-301009' }).types).toEqual(['ReceiptRecorded', 'CustomsDeletionConfirmed']);
  });

  it('belong to no order of which nothing was ever sent', () => {
    expect(() => drafted().when(recordReceipt, SUCCESS, GATEWAY)).toThrow(NotFound);
  });

  it('are the gateway’s to record', () => {
    expect(sending().refusals(recordReceipt, SUCCESS, EXPORTER)[0]?.kind).toBe('forbidden');
  });
});
