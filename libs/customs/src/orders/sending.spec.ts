import { describe, expect, it } from '@jest/globals';
import { approveOrder } from './approve-order.js';
import { beginTransmission } from './begin-transmission.js';
import { cancelOrder } from './cancel-order.js';
import { modifyOrder } from './modify-order.js';
import {
  CONTENT,
  PLEDGE,
  REVIEWER,
  SYSTEM,
  cancelledAfterSuccess,
  failed,
  inReview,
  receive,
  returnedAfterSuccess,
  sending,
  toDeclare,
  toModify,
  underVerification,
  type OrderScenario,
} from './order.scenarios.js';
import { orderNoOfCopMsgId } from './pushes.js';
import { recordDispatch } from './record-dispatch.js';
import { recordTransportFailure } from './record-transport-failure.js';
import { rejectDeclaration } from './reject-declaration.js';
import { resendOrder } from './resend-order.js';
import { returnForModification } from './return-for-modification.js';
import { returnOrder } from './return-order.js';
import { sendOrder } from './send-order.js';

const approvedAgain = (order: OrderScenario): OrderScenario => order.when(sendOrder, PLEDGE).when(approveOrder, {}, REVIEWER);

describe('the message to customs', () => {
  it('9710-R3 9710-R17 carries what was submitted, under guids in upper case that belong to the attempt', () => {
    const push = sending().newest('TransmissionRequested');
    expect(push).toMatchObject({
      attempt: 1,
      appType: 1,
      message: { ebcCode: '123456789X', ebcName: '四川荔枝贸易有限公司', currency: 'USD', goodsValue: '10000', freight: '0', insurance: '0', miscFee: '0' },
    });
    for (const guid of [push.messageGuid, push.orderGuid]) expect(guid).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[0-9A-F]{4}-[0-9A-F]{12}$/);
    expect(sending().newest('TransmissionRequested')).toEqual(push);
  });

  it('names the order in its envelope id, so that a format error finds it', () => {
    const { copMsgId } = sending().newest('TransmissionRequested');
    expect(orderNoOfCopMsgId(copMsgId)).toBe('185002-45864');
    expect(orderNoOfCopMsgId('somebody-elses')).toBeUndefined();
  });

  it('is asked for once, however often the process begins it', () => {
    expect(sending().when(beginTransmission, {}, SYSTEM).types).toEqual([]);
  });

  it('is the system’s to begin', () => {
    expect(inReview().refusals(beginTransmission, {})[0]?.kind).toBe('forbidden');
  });
});

describe('sending again', () => {
  it('9710-R18 9710-C2 stays in sending with a failed transmission, and can be sent again or taken back', () => {
    const order = failed();
    expect(order.state).toMatchObject({ status: 'SENDING', transmission: 'FAILED' });
    expect(order.newest('SendFailed').reason).toBe('企业未注册公服平台');
    expect(order.after(600).when(resendOrder, {}).state).toMatchObject({ status: 'SENDING', transmission: 'PROCESSING' });
    expect(failed().when(returnForModification, {}).state.status).toBe('TO_MODIFY');
  });

  it('9710-R18 refuses while the transmission is under way or has succeeded', () => {
    for (const order of [sending(), toDeclare()]) expect(order.after(700).refusals(resendOrder, {})[0]).toMatchObject({ rule: '9710-R18', kind: 'conflict' });
  });

  it('9710-R19 sends the same order, unedited, as a new attempt', () => {
    const order = failed();
    const first = order.newest('TransmissionRequested');
    const again = order.after(600).when(resendOrder, {}).newest('TransmissionRequested');
    expect(again.message).toEqual(first.message);
    expect(again).toMatchObject({ attempt: 2, appType: 1, submission: 1 });
    expect(again.messageGuid).not.toBe(first.messageGuid);
  });

  it('9710-R20 refuses a resend at 599 s, with the second left', () => {
    const order = failed().after(598);
    expect(order.refusals(resendOrder, {})[0]).toMatchObject({ rule: '9710-R20', kind: 'too-early', details: { retryAfterSeconds: 1 } });
  });

  it('9710-R20 allows a resend at 600 s', () => {
    expect(failed().after(599).when(resendOrder, {}).types).toEqual(['TransmissionRequested']);
  });

  it('9710-R20 says from when on a resend is possible', () => {
    const { lastAttemptAt, resendFrom } = failed().newest('SendFailed');
    expect(Date.parse(resendFrom) - Date.parse(lastAttemptAt)).toBe(600_000);
  });

  it('9710-R20 counts from the dispatch if the channel took a while', () => {
    const order = sending().after(300).when(recordDispatch, { attempt: 1 }, SYSTEM);
    receive(order, { verdict: 'failed', returnStatus: '4' }).after(598);
    expect(order.newest('SendFailed')).toMatchObject({ lastAttemptAt: '2022-06-21T03:05:00.250Z', resendFrom: '2022-06-21T03:15:00.250Z' });
    expect(order.refusals(resendOrder, {})[0]?.details.retryAfterSeconds).toBe(1);
    expect(order.after(1).when(resendOrder, {}).types).toEqual(['TransmissionRequested']);
  });

  it('9710-C18 lets a modified order be sent to customs no earlier than ten minutes after the last push', () => {
    const order = approvedAgain(toModify().after(60));
    const { approvedAt, transmitAt } = order.newest('OrderApproved');
    expect(Date.parse(transmitAt) - Date.parse(order.newest('TransmissionRequested').requestedAt)).toBe(600_000);
    expect(transmitAt > approvedAt).toBe(true);
    expect(order.refusals(beginTransmission, {}, SYSTEM)[0]?.rule).toBe('9710-R20');
    order.clock.set(new Date(transmitAt));
    expect(order.when(beginTransmission, {}, SYSTEM).types).toEqual(['TransmissionRequested']);
  });

  it('9710-C18 lets it be sent at once when the ten minutes are over', () => {
    const { approvedAt, transmitAt } = approvedAgain(toModify().after(600)).newest('OrderApproved');
    expect(transmitAt).toBe(approvedAt);
  });

  it('9710-C18 is not put off by a late word about the push before', () => {
    const order = approvedAgain(toModify().after(700)).when(recordDispatch, { attempt: 1 }, SYSTEM);
    expect(order.types).toEqual(['TransmissionDispatched']);
    expect(order.when(beginTransmission, {}, SYSTEM).types).toEqual(['TransmissionRequested']);
  });
});

describe('the channel', () => {
  it('9710-R18 fails a transmission that it could not hand over', () => {
    const order = sending().when(recordTransportFailure, { attempt: 1, reason: 'connection refused' }, SYSTEM);
    expect(order.newest('SendFailed')).toMatchObject({ source: 'channel', reason: 'connection refused', attempt: 1 });
    expect(order.state).toMatchObject({ status: 'SENDING', transmission: 'FAILED' });
  });

  it('fails nothing that customs has answered, or that is over', () => {
    const answered = receive(sending(), { verdict: 'processing' }).when(recordTransportFailure, { attempt: 1, reason: 'timed out' }, SYSTEM);
    expect(answered.types).toEqual([]);
    const over = failed().after(600).when(resendOrder, {}).when(recordTransportFailure, { attempt: 1, reason: 'timed out' }, SYSTEM);
    expect(over.types).toEqual([]);
  });

  it('records a dispatch once, and after the first receipts too', () => {
    const order = receive(sending(), { verdict: 'succeeded', returnStatus: '3' }).when(recordDispatch, { attempt: 1 }, SYSTEM);
    expect(order.types).toEqual(['TransmissionDispatched']);
    expect(order.state.status).toBe('TO_DECLARE');
    expect(order.when(recordDispatch, { attempt: 1 }, SYSTEM).types).toEqual([]);
    expect(order.when(recordDispatch, { attempt: 7 }, SYSTEM).types).toEqual([]);
  });
});

describe('taking an order back', () => {
  it('9710-R22 puts a sent order back to be modified, by default with the reason 退回修改', () => {
    const order = returnedAfterSuccess();
    expect(order.newest('OrderReturnedForModification').reason).toBe('退回修改');
    expect(order.state).toMatchObject({ status: 'TO_MODIFY', transmission: 'PENDING' });
    expect(order.state).not.toHaveProperty('declaration');
  });

  it('9710-R22 keeps the reason that the exporter gives', () => {
    expect(toDeclare().when(returnForModification, { reason: '数量有误' }).newest('OrderReturnedForModification').reason).toBe('数量有误');
  });

  it('9710-C6 9710-C7 is possible after a failure or before a declaration, not while processing nor once one was uploaded', () => {
    for (const order of [failed(), toDeclare()]) expect(order.when(returnForModification, {}).state.status).toBe('TO_MODIFY');
    const rejected = underVerification().when(rejectDeclaration, { reason: '扫描件模糊' }, REVIEWER);
    for (const order of [sending(), underVerification(), rejected, inReview()]) {
      expect(order.refusals(returnForModification, {})[0]).toMatchObject({ rule: '9710-C6', kind: 'conflict' });
    }
  });

  it('9710-R23 a returned order is modified and sent again', () => {
    const order = approvedAgain(toModify().when(modifyOrder, { ...CONTENT, ebcCode: '123456789X', freight: '12.50' }).after(600)).when(beginTransmission, {}, SYSTEM);
    expect(order.newest('TransmissionRequested')).toMatchObject({ submission: 2, message: { freight: '12.5' } });
  });

  it('9710-C9 sends a change of what customs holds, a new order otherwise', () => {
    const after = (order: OrderScenario) => approvedAgain(order.after(600)).when(beginTransmission, {}, SYSTEM).newest('TransmissionRequested').appType;
    expect(after(returnedAfterSuccess())).toBe(2);
    expect(after(toModify())).toBe(1);
  });

  it('9710-C9 refuses another enterprise code for an order that customs holds', () => {
    const order = returnedAfterSuccess().when(modifyOrder, { ...CONTENT, ebcCode: '4403169D3W' });
    expect(order.refusals(sendOrder, PLEDGE)[0]).toMatchObject({ rule: '9710-C9', details: { field: 'ebcCode' } });
    const neverHeld = toModify().when(modifyOrder, { ...CONTENT, ebcCode: '4403169D3W' });
    expect(neverHeld.when(sendOrder, PLEDGE).state.status).toBe('IN_REVIEW');
  });
});

describe('cancelling an order', () => {
  it('9710-C9 deletes at customs what customs holds, ten minutes after the last push', () => {
    const order = cancelledAfterSuccess();
    expect(order.state.status).toBe('CANCELLED');
    const { heldByCustoms, transmitAt = '' } = order.newest('OrderCancelled');
    expect(heldByCustoms).toBe(true);
    order.clock.set(new Date(transmitAt));
    const push = order.when(beginTransmission, {}, SYSTEM).newest('TransmissionRequested');
    expect(push).toMatchObject({ appType: 3, attempt: 2, message: { goodsValue: '10000' } });
    expect(order.state).toMatchObject({ status: 'CANCELLED', transmission: 'PROCESSING' });
    expect(receive(order, { verdict: 'succeeded', returnStatus: '120' }).types).toEqual(['ReceiptRecorded', 'CustomsDeletionConfirmed']);
    expect(order.state).toMatchObject({ status: 'CANCELLED', transmission: 'SUCCEEDED', heldByCustoms: false });
  });

  it('9710-C9 sends a failed deletion again after the cool-down', () => {
    const order = cancelledAfterSuccess().after(600).when(beginTransmission, {}, SYSTEM);
    receive(order, { verdict: 'failed', returnStatus: '-301011', returnInfo: '订单已被清单使用' });
    expect(order.types).toEqual(['ReceiptRecorded', 'CustomsDeletionFailed']);
    expect(order.refusals(resendOrder, {})[0]?.rule).toBe('9710-R20');
    expect(order.after(600).when(resendOrder, {}).newest('TransmissionRequested')).toMatchObject({ appType: 3, attempt: 3 });
  });

  it('9710-C9 is not begun by the system again while under way or after it failed', () => {
    const order = cancelledAfterSuccess().after(600).when(beginTransmission, {}, SYSTEM).after(600).when(beginTransmission, {}, SYSTEM);
    expect(order.types).toEqual([]);
    expect(receive(order, { verdict: 'failed', returnStatus: '4' }).after(600).when(beginTransmission, {}, SYSTEM).types).toEqual([]);
  });

  it('9710-C9 deletes what customs was last told, not what was submitted since', () => {
    const order = returnedAfterSuccess().when(modifyOrder, { ...CONTENT, ebcCode: '123456789X', freight: '9' }).when(sendOrder, PLEDGE);
    order.when(returnOrder, { reason: '错' }, REVIEWER).when(cancelOrder, {}).after(600).when(beginTransmission, {}, SYSTEM);
    expect(order.newest('TransmissionRequested')).toMatchObject({ appType: 3, submission: 1, message: { freight: '0' } });
  });

  it('9710-R23 needs no deletion of what customs never took', () => {
    const order = toModify().when(cancelOrder, { reason: '客户取消' });
    expect(order.newest('OrderCancelled')).toMatchObject({ reason: '客户取消', heldByCustoms: false });
    expect(order.when(beginTransmission, {}, SYSTEM).types).toEqual([]);
  });
});
