import { describe, expect, it } from '@jest/globals';
import { GATEWAY, REVIEWER, SYSTEM, approved, cancelledAfterSuccess, failed, receive, sending, toDeclare, type OrderScenario } from './order.scenarios.js';
import type { CustomsOrderEvent } from './events.js';
import { BeginTransmission, beginTransmission } from './begin-transmission.js';
import { OpenSupportCase, openSupportCase } from './open-support-case.js';
import { resendOrder } from './resend-order.js';
import { transmission } from './transmission.js';

const reactionsTo = (order: OrderScenario, type: CustomsOrderEvent['type']) => {
  const event = order.history.findLast((candidate) => candidate.type === type);
  if (event === undefined) throw new Error(`no ${type}`);
  return transmission.react(event, null);
};

describe('the support case', () => {
  it('9710-R21 is opened by the deadline when sending takes more than an hour, not at an hour sharp', () => {
    const order = sending().after(3600).when(openSupportCase, {}, SYSTEM);
    expect(order.types).toEqual([]);
    expect(order.after(0.001).when(openSupportCase, {}, SYSTEM).newest('SupportCaseOpened')).toMatchObject({
      caseNo: 'SC-185002-45864',
      openedBy: 'deadline',
      attempt: 1,
      sendingSince: order.newest('TransmissionRequested').requestedAt,
    });
  });

  it('9710-R21 is handed in by the exporter, after an hour', () => {
    const order = sending().after(3599);
    expect(order.refusals(openSupportCase, {})[0]).toMatchObject({ rule: '9710-R21', kind: 'too-early', details: { retryAfterSeconds: 1 } });
    expect(order.after(2).when(openSupportCase, {}).newest('SupportCaseOpened').openedBy).toBe('exporter');
  });

  it('9710-R21 is one per order, whoever opens it and however often', () => {
    const order = sending().after(3601).when(openSupportCase, {}).when(openSupportCase, {}, SYSTEM).when(openSupportCase, {});
    receive(order, { verdict: 'failed', returnStatus: '4' }).when(resendOrder, {}).after(3601).when(openSupportCase, {}, SYSTEM);
    expect(order.history.filter(({ type }) => type === 'SupportCaseOpened')).toHaveLength(1);
  });

  it('9710-R21 is not opened for a transmission that is over, nor for a newer one by the deadline of the one before', () => {
    expect(toDeclare().after(4000).when(openSupportCase, {}, SYSTEM).types).toEqual([]);
    expect(failed().after(3000).when(resendOrder, {}).after(700).when(openSupportCase, {}, SYSTEM).types).toEqual([]);
    expect(toDeclare().after(4000).refusals(openSupportCase, {})[0]).toMatchObject({ rule: '9710-R21', kind: 'conflict' });
  });

  it('9710-R21 is not a reviewer’s to open', () => {
    for (const actor of [REVIEWER, GATEWAY]) expect(sending().after(4000).refusals(openSupportCase, {}, actor)[0]?.kind).toBe('forbidden');
  });
});

describe('the process that sees an order through to customs', () => {
  it('9710-R17 begins the transmission by itself when the order is approved', () => {
    expect(reactionsTo(approved(), 'OrderApproved')).toEqual([{ kind: 'command', command: BeginTransmission, target: '185002-45864', payload: {} }]);
  });

  it('9710-C9 9710-C18 waits for the cool-down before it has a cancelled order deleted', () => {
    const order = cancelledAfterSuccess();
    const [reaction] = reactionsTo(order, 'OrderCancelled');
    expect(reaction).toMatchObject({ kind: 'schedule', command: BeginTransmission, dueAt: new Date('2022-06-21T03:10:00.250Z') });
    order.after(600).when(beginTransmission, {}, SYSTEM);
    expect(order.newest('TransmissionRequested').appType).toBe(3);
  });

  it('9710-R21 watches every push for an hour and stops when it is over', () => {
    const [watch] = reactionsTo(sending(), 'TransmissionRequested');
    expect(watch).toMatchObject({ kind: 'schedule', command: OpenSupportCase, dueAt: new Date('2022-06-21T04:00:00.251Z') });
    const deadlineId = '185002-45864/stuck/1';
    expect(watch).toMatchObject({ deadlineId });
    expect(reactionsTo(toDeclare(), 'CustomsOrderSent')).toEqual([{ kind: 'cancel', deadlineId }]);
    expect(reactionsTo(failed(), 'SendFailed')).toEqual([{ kind: 'cancel', deadlineId }]);
  });

  it('asks for nothing after other events', () => {
    for (const type of ['OrderDrafted', 'OrderSubmitted', 'ReceiptRecorded'] as const) expect(reactionsTo(toDeclare(), type)).toEqual([]);
  });
});
