import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NotFound, Refusal, Refusals, fold, type Actor, type Decide } from '#event-sourcing';
import { allowedActions } from './actions.js';
import { answerConfirmation } from './answer-confirmation.js';
import { approveOrder } from './approve-order.js';
import { beginTransmission } from './begin-transmission.js';
import { cancelOrder } from './cancel-order.js';
import { deleteDraft } from './delete-draft.js';
import type { CustomsOrderEvent } from './events.js';
import { modifyOrder } from './modify-order.js';
import { openSupportCase } from './open-support-case.js';
import { CONTENT, EXPORTER, GATEWAY, type OrderScenario, PLEDGE, REVIEWER, SYSTEM, UPLOAD, drafted, sending, toDeclare } from './order.scenarios.js';
import { customsOrder, type CustomsOrder } from './order.js';
import { recordDispatch } from './record-dispatch.js';
import { recordReceipt } from './record-receipt.js';
import { recordTransportFailure } from './record-transport-failure.js';
import { requestConfirmation } from './request-confirmation.js';
import { resendOrder } from './resend-order.js';
import { returnForModification } from './return-for-modification.js';
import { returnOrder } from './return-order.js';
import { saveDraft } from './save-draft.js';
import { sendOrder } from './send-order.js';
import { uploadDeclaration } from './upload-declaration.js';
import { ORDER_STATUSES, type ReceiptVerdict } from './values.js';
import { verifyDeclaration } from './verify-declaration.js';

/** Something that somebody tries with an order; refused or not. */
type Try = (order: OrderScenario) => OrderScenario;

const attempt = <Payload extends object>(decide: Decide<Payload, CustomsOrder, CustomsOrderEvent>, payload: Payload, actor: Actor): Try => (order) => order.when(decide, payload, actor);

const CODES: Readonly<Record<ReceiptVerdict, readonly string[]>> = { processing: ['1', '2'], succeeded: ['3', '120'], failed: ['4', '100', '-301009', '-301010', '-301011'] };

const receipts = fc
  .record({ id: fc.nat(20), verdict: fc.constantFrom<ReceiptVerdict>('processing', 'succeeded', 'failed'), code: fc.nat(4), ago: fc.nat(1200) })
  .map(({ id, verdict, code, ago }): Try => (order) => {
    const returnTime = new Date(order.clock.now().getTime() - ago * 1000).toISOString();
    const returnStatus = CODES[verdict][code % CODES[verdict].length] ?? '1';
    return order.when(recordReceipt, { receiptId: `r-${id}`, messageType: 'CEB304', verdict, returnStatus, returnTime }, GATEWAY);
  });

const ATTEMPTS: readonly Try[] = [
  attempt(saveDraft, CONTENT, EXPORTER),
  attempt(approveOrder, {}, REVIEWER),
  attempt(requestConfirmation, { question: '?' }, REVIEWER),
  attempt(answerConfirmation, { answer: '!' }, EXPORTER),
  attempt(returnOrder, { reason: '错' }, REVIEWER),
  attempt(beginTransmission, {}, SYSTEM),
  attempt(recordDispatch, { attempt: 1 }, SYSTEM),
  attempt(recordTransportFailure, { attempt: 1, reason: 'down' }, SYSTEM),
  attempt(resendOrder, {}, EXPORTER),
  attempt(returnForModification, {}, EXPORTER),
  attempt(modifyOrder, { ...CONTENT, ebcCode: '123456789X' }, EXPORTER),
  attempt(cancelOrder, {}, EXPORTER),
  attempt(uploadDeclaration, UPLOAD, EXPORTER),
  attempt(verifyDeclaration, {}, REVIEWER),
  attempt(openSupportCase, {}, SYSTEM),
  attempt(deleteDraft, {}, EXPORTER),
  (order) => order.when(sendOrder, PLEDGE),
];

/** Whether the try had an effect; a refused one must have none. */
const takesEffect = (step: Try, order: OrderScenario): boolean => {
  const before = order.state;
  try {
    return step(order).last.length > 0;
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof Refusals || error instanceof NotFound)) throw error;
    expect(order.state).toBe(before);
    return false;
  }
};

/** Somebody tries one thing after another until something happens, so that stories get on. */
const stepOn = fc.nat(ATTEMPTS.length - 1).map((from): Try => (order) => {
  [...ATTEMPTS.slice(from), ...ATTEMPTS.slice(0, from)].some((step) => takesEffect(step, order));
  return order;
});

const waiting = fc.constantFrom(1, 598, 599, 600, 601, 3600, 4000).map((seconds): Try => (order) => order.after(seconds));

const tries = fc.oneof({ weight: 4, arbitrary: stepOn }, { weight: 1, arbitrary: receipts }, { weight: 2, arbitrary: waiting });

const play = (order: OrderScenario, steps: readonly Try[]): OrderScenario => {
  for (const step of steps) takesEffect(step, order);
  return order;
};

const stories = fc
  .record({ begun: fc.constantFrom(drafted, sending, toDeclare), steps: fc.array(tries, { minLength: 5, maxLength: 30, size: 'max' }) })
  .map(({ begun, steps }) => play(begun(), steps));

const of = <Type extends CustomsOrderEvent['type']>(order: OrderScenario, type: Type) =>
  order.history.filter((event) => event.type === type).map(({ data }) => data as Extract<CustomsOrderEvent, { type: Type }>['data']);

/** Stories are long: sixty of them for each property keep the suite short, the nightly one tells a thousand. */
fc.configureGlobal({ numRuns: process.env['PORTOLAN_TEST_SCALE'] === 'nightly' ? 1000 : 60 });

describe('whatever is tried with an order', () => {
  it('9710-R20 9710-C18 customs is never sent anything within ten minutes of the push before', () => {
    fc.assert(
      fc.property(stories, (order) => {
        const times = of(order, 'TransmissionRequested').map(({ requestedAt }) => Date.parse(requestedAt));
        for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? time)).toBeGreaterThanOrEqual(600_000);
      }),
    );
  });

  it('9710-R21 there is at most one support case', () => {
    fc.assert(fc.property(stories, (order) => expect(of(order, 'SupportCaseOpened').length).toBeLessThanOrEqual(1)));
  });

  it('9710-R17 every push of an order under way follows an approval of what it carries', () => {
    fc.assert(
      fc.property(stories, ({ history }) => {
        let approvals = 0;
        const submissions = new Set<number>();
        for (const { type, data } of history) {
          if (type === 'OrderApproved') approvals += 1;
          if (type === 'TransmissionRequested' && data.appType !== 3) submissions.add(data.submission);
        }
        expect(submissions.size).toBeLessThanOrEqual(approvals);
      }),
    );
  });

  it('9710-R55 a declaration is there exactly while customs has the order as it was submitted', () => {
    fc.assert(
      fc.property(stories, ({ state: { status, declaration } }) => {
        expect(declaration !== undefined).toBe(['TO_DECLARE', 'DECLARATION_REVIEW', 'COMPLETED'].includes(status));
      }),
    );
  });

  it('9710-C1 order and transmission never contradict each other', () => {
    fc.assert(
      fc.property(stories, ({ state: { status, transmission } }) => {
        expect(ORDER_STATUSES).toContain(status);
        if (['DRAFT', 'DELETED', 'IN_REVIEW', 'TO_CONFIRM', 'TO_MODIFY', 'APPROVED'].includes(status)) expect(transmission).toBe('PENDING');
        if (status === 'SENDING') expect(['PROCESSING', 'FAILED']).toContain(transmission);
        if (['TO_DECLARE', 'DECLARATION_REVIEW', 'COMPLETED'].includes(status)) expect(transmission).toBe('SUCCEEDED');
      }),
    );
  });

  it('the state is what its events make, from the beginning or from anywhere, and events it does not know change nothing', () => {
    fc.assert(
      fc.property(stories, fc.nat(), ({ history, state }, cut) => {
        const at = cut % (history.length + 1);
        expect(fold(customsOrder, history)).toEqual(state);
        expect(fold(customsOrder, history.slice(at), fold(customsOrder, history.slice(0, at)))).toEqual(state);
        expect(customsOrder.evolve(state, { ...history[0]!, type: 'SomethingOfTheFuture' } as never)).toBe(state);
      }),
    );
  });

  it('what is said twice, dispatch, receipt or deadline, changes nothing the second time', () => {
    fc.assert(
      fc.property(stories, receipts, (order, receipt) => {
        play(order, [receipt]);
        const { receiptIds: _, ...before } = order.state;
        play(order, [receipt, attempt(recordDispatch, { attempt: 1 }, SYSTEM), attempt(recordDispatch, { attempt: 1 }, SYSTEM)]);
        const { status, transmission, heldByCustoms } = order.state;
        expect({ status, transmission, heldByCustoms }).toEqual({ status: before.status, transmission: before.transmission, heldByCustoms: before.heldByCustoms });
      }),
    );
  });

  it('an action that is not offered is refused, and one that is offered is not refused for its state', () => {
    const people = { approve: attempt(approveOrder, {}, REVIEWER), cancel: attempt(cancelOrder, {}, EXPORTER), 'return-for-modification': attempt(returnForModification, {}, EXPORTER), resend: attempt(resendOrder, {}, EXPORTER) } as const;
    fc.assert(
      fc.property(stories, fc.constantFrom('approve', 'cancel', 'return-for-modification', 'resend'), (order, action) => {
        const offered = allowedActions(order.state, [...EXPORTER.roles, ...REVIEWER.roles]).includes(action);
        order.after(4000);
        if (offered) expect(people[action](order).types).toHaveLength(1);
        else expect(() => people[action](order)).toThrow(Refusal);
      }),
    );
  });
});
