import {
  ManualClock,
  Refusal,
  Refusals,
  companyId,
  systemActor,
  type Actor,
  type Decide,
  type EventMetadata,
  type Recorded,
  type Role,
} from '#event-sourcing';
import type { WithProfile } from '../profiles/active-profile.js';
import type { CustomsProfileEntry } from '../profiles/events.js';
import { approveOrder } from './approve-order.js';
import { beginTransmission } from './begin-transmission.js';
import { cancelOrder } from './cancel-order.js';
import type { OrderContentInput } from './content-input.js';
import type { WithSource } from './copy-order.js';
import { draftOrder } from './draft-order.js';
import type { CustomsOrderEvent } from './events.js';
import { customsOrder, type CustomsOrder } from './order.js';
import { recordReceipt, type RecordReceiptInput } from './record-receipt.js';
import { returnForModification } from './return-for-modification.js';
import { sendOrder } from './send-order.js';
import { uploadDeclaration, type UploadDeclarationInput } from './upload-declaration.js';
import { verifyDeclaration } from './verify-declaration.js';

const ACME = companyId('acme');

const person = (id: string, role: Role, company = ACME): Actor => ({ id: `user:${id}`, roles: [role], companyId: company });

export const EXPORTER = person('li', 'exporter');
export const REVIEWER = person('wang', 'reviewer', companyId('platform'));
export const GATEWAY = person('eport', 'customs-gateway', companyId('platform'));
export const SYSTEM = systemActor('test');

export const PROFILE: CustomsProfileEntry = {
  companyName: '四川荔枝贸易有限公司',
  ebcCode: '123456789X',
  uscc: '91330100799655058B',
  channel: 'SiChuanEport',
  service9710Active: true,
  eportDataAuthorised: true,
  effectiveFrom: '2022-01-01T00:00:00.000Z',
};

export const ORDER_NO = '185002-45864';
export const START = new Date('2022-06-21T03:00:00.250Z');

/** The order of the guide: 100 lychees at 100 dollars. */
export const CONTENT: OrderContentInput = {
  currency: 'USD',
  lines: [{ name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000' }],
};

export const PLEDGE = { pledge: { accepted: true, textVersion: 'company-1' } };

export const UPLOAD: UploadDeclarationInput = {
  stated: {
    declarationNo: '220020220123456789',
    orderNo: ORDER_NO,
    supervisionMode: '9710',
    companyName: PROFILE.companyName,
    amount: '10000',
    currency: 'USD',
  },
  file: { fileId: 'file-1', name: '报关单.pdf', contentType: 'application/pdf', bytes: 1024, sha256: 'a'.repeat(64) },
};

type Data<Type extends CustomsOrderEvent['type']> = Extract<CustomsOrderEvent, { type: Type }>['data'];
type World = WithProfile & WithSource;

/** One order in the hands of its users: decisions are taken on the state that its events so far make, at the clock's time. */
export class OrderScenario {
  readonly clock = new ManualClock(START);
  readonly history: Recorded<CustomsOrderEvent>[] = [];
  state: CustomsOrder = customsOrder.initialState;
  /** What the last decision answered. */
  last: readonly CustomsOrderEvent[] = [];
  world: World = { profile: { entries: [PROFILE] }, source: customsOrder.initialState, company: ACME };

  constructor(readonly orderNo = ORDER_NO) {}

  /** Takes a decision and keeps its events. */
  when<Payload extends object>(decide: Decide<Payload, CustomsOrder, CustomsOrderEvent, World>, payload: Payload, actor = EXPORTER): this {
    this.last = decide(payload, this.state, { now: this.clock.now(), actor, id: this.orderNo, ...this.world });
    for (const event of this.last) this.record(event);
    return this;
  }

  /** Takes a decision that must be refused, and answers the refusals; nothing is kept. */
  refusals<Payload extends object>(decide: Decide<Payload, CustomsOrder, CustomsOrderEvent, World>, payload: Payload, actor = EXPORTER): readonly Refusal[] {
    try {
      decide(payload, this.state, { now: this.clock.now(), actor, id: this.orderNo, ...this.world });
    } catch (error) {
      if (error instanceof Refusals) return error.refusals;
      if (error instanceof Refusal) return [error];
      throw error;
    }
    throw new Error('the decision was not refused');
  }

  after(seconds: number): this {
    this.clock.advance(seconds);
    return this;
  }

  get types(): readonly string[] {
    return this.last.map(({ type }) => type);
  }

  /** The data of the newest event of the type. */
  newest<Type extends CustomsOrderEvent['type']>(type: Type): Data<Type> {
    const event = this.history.findLast((candidate) => candidate.type === type);
    if (event === undefined) throw new Error(`no ${type}`);
    return event.data as Data<Type>;
  }

  private record(event: CustomsOrderEvent): void {
    const revision = this.history.length;
    const metadata = { occurredAt: this.clock.now().toISOString(), companyId: ACME } as EventMetadata;
    const recorded = { ...event, id: `event-${revision}`, stream: `customsOrder-${this.orderNo}`, revision, position: revision, metadata };
    this.history.push(recorded);
    this.state = customsOrder.evolve(this.state, recorded);
  }
}

export const drafted = (content: OrderContentInput = CONTENT): OrderScenario => new OrderScenario().when(draftOrder, content);
export const inReview = (content?: OrderContentInput): OrderScenario => drafted(content).when(sendOrder, PLEDGE);
export const approved = (): OrderScenario => inReview().when(approveOrder, {}, REVIEWER);
export const sending = (): OrderScenario => approved().when(beginTransmission, {}, SYSTEM);
export const failed = (status = '100'): OrderScenario => receive(sending(), { verdict: 'failed', returnStatus: status, returnInfo: '企业未注册公服平台' });
export const toDeclare = (): OrderScenario => receive(sending(), { verdict: 'succeeded', returnStatus: '120' });
export const toModify = (): OrderScenario => failed().when(returnForModification, {});
export const returnedAfterSuccess = (): OrderScenario => toDeclare().when(returnForModification, {});
export const cancelledAfterSuccess = (): OrderScenario => returnedAfterSuccess().when(cancelOrder, {});
export const underVerification = (): OrderScenario => toDeclare().when(uploadDeclaration, UPLOAD);
export const completed = (): OrderScenario => underVerification().when(verifyDeclaration, {}, REVIEWER);

let receipts = 0;

/** A receipt arrives a second later, answering the newest push unless it says otherwise. */
export const receive = (order: OrderScenario, receipt: Partial<RecordReceiptInput>): OrderScenario => {
  order.after(1);
  const base = { receiptId: `receipt-${++receipts}`, messageType: 'CEB304', verdict: 'processing', returnStatus: '2', returnTime: order.clock.now().toISOString() } as const;
  return order.when(recordReceipt, { ...base, ...receipt }, GATEWAY);
};
