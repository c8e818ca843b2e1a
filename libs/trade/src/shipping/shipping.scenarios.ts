import { ManualClock, NotFound, Refusal, Refusals, companyId, systemActor, type Actor, type Decide, type Role } from '#event-sourcing';
import type { TradeOrderDrafted } from '../orders/events.js';
import type { BatchEvent } from './batch-events.js';
import { NO_BATCHES, evolveBatches, type Batch } from './batches.js';
import { addBatch } from './add-batch.js';
import { chooseExportWay } from './choose-export-way.js';
import type { Consignment } from './consignments/consignment.js';
import { followExportOrder } from './follow-export-order.js';
import { linkExportOrder } from './link-export-order.js';
import type { ExchangeRate } from './rates/exchange-rate.js';
import { setBatchGoods } from './set-goods.js';
import { setBatchLogistics } from './set-logistics.js';
import type { ShippingOrder } from './shipping-order.js';
import { submitBatchDeclaration, type SubmitBatchDeclarationInput } from './submit-declaration.js';
import { linkBatchDeclaration, verifyBatchDeclaration } from './verify-declaration.js';

const person = (id: string, role: Role, company = 'acme'): Actor => ({ id: `user:${id}`, roles: [role], companyId: companyId(company) });

export const EXPORTER = person('li', 'exporter');
export const BROKER = person('guan', 'broker');
export const REVIEWER = person('wang', 'reviewer', 'platform');
export const GATEWAY = person('eport', 'customs-gateway', 'platform');
export const SYSTEM = systemActor('test');

export const ORDER_NO = '38854287001026709';
export const EXPORT_ORDER_NO = '185002-46889';
export const DECLARATION_NO = '020220080525641690';

/** A thousand dollars, in two lines. */
export const DRAFTED: TradeOrderDrafted = {
  orderNo: ORDER_NO,
  buyerEmail: 'Buyer@example.com',
  lines: [
    { lineNo: 1, name: 'Table lamp', qty: '10', unit: 'pieces', unitPrice: '50', total: '500' },
    { lineNo: 2, name: 'Lychee', qty: '2.5', unit: 'tons', unitPrice: '200', total: '500' },
  ],
  amount: '1000',
  currency: 'USD',
  protection: 'UNTIL_RECEIPT',
  exportChannel: 'SELF_9710',
  transportMode: 'sea',
  agreedShipDate: { date: '2022-06-20', zone: 'America/Los_Angeles' },
  draftedAt: '2022-06-01T00:00:00.000Z',
};

/** The same once the money is in. */
export const ORDER: ShippingOrder = { ...DRAFTED, status: 'AWAITING_SHIPMENT', batches: NO_BATCHES };

export const GOODS = [{ lineNo: 1, qty: '5' }];
export const LOGISTICS = { provider: 'DEPPON', trackingNo: 'DPK210001' };
export const FILE = { fileId: 'file-1', name: '报关单.pdf', contentType: 'application/pdf', bytes: 1024, sha256: 'a'.repeat(64) };

export const declaring = (amount = '500', currency = 'USD', declarationNo = DECLARATION_NO): SubmitBatchDeclarationInput => ({ stated: { declarationNo, amount, currency }, file: FILE });

interface World {
  readonly rates: ExchangeRate;
  readonly consignment: Consignment;
}

const STATUS_AFTER: Readonly<Record<string, string>> = { OrderPartiallyShipped: 'PARTIALLY_SHIPPED', OrderShipped: 'SHIPPED' };

/** The shipping of one trade order: decisions are taken on the state that its events so far make, at the clock's time. */
export class ShippingScenario {
  readonly clock = new ManualClock(new Date('2022-06-21T08:00:00.000Z'));
  readonly history: BatchEvent[] = [];
  /** What the last decision answered. */
  last: readonly BatchEvent[] = [];
  world: World = { rates: { entries: [] }, consignment: { holder: null } };

  constructor(public order: ShippingOrder = ORDER) {}

  /** Takes a decision and keeps its events. */
  when<Payload extends object>(decide: Decide<Payload, ShippingOrder, BatchEvent, World>, payload: Payload, actor = EXPORTER): this {
    this.last = decide(payload, this.order, { now: this.clock.now(), actor, id: this.order.orderNo, ...this.world });
    for (const event of this.last) {
      this.history.push(event);
      const status = STATUS_AFTER[event.type] ?? this.order.status;
      this.order = { ...this.order, status, batches: evolveBatches(this.order.batches, event) };
    }
    return this;
  }

  /** Takes a decision that must be refused, and answers the refusals; nothing is kept. */
  refusals<Payload extends object>(decide: Decide<Payload, ShippingOrder, BatchEvent, World>, payload: Payload, actor = EXPORTER): readonly Refusal[] {
    try {
      decide(payload, this.order, { now: this.clock.now(), actor, id: this.order.orderNo, ...this.world });
    } catch (error) {
      if (error instanceof Refusals) return error.refusals;
      if (error instanceof Refusal) return [error];
      if (error instanceof NotFound) return [];
      throw error;
    }
    throw new Error('the decision was not refused');
  }

  get types(): readonly string[] {
    return this.last.map(({ type }) => type);
  }

  batch(batchNo = 1): Batch {
    const batch = this.order.batches.list.find((candidate) => candidate.batchNo === batchNo);
    if (batch === undefined) throw new Error(`no batch ${batchNo}`);
    return batch;
  }
}

export const shipping = (order: Partial<ShippingOrder> = {}): ShippingScenario => new ShippingScenario({ ...ORDER, ...order });

/** One more batch with goods and logistics. */
export const packed = (scenario = shipping(), goods = GOODS): ShippingScenario => {
  const batchNo = scenario.when(addBatch, {}).order.batches.lastNo;
  return scenario.when(setBatchGoods, { batchNo, goods }).when(setBatchLogistics, { batchNo, ...LOGISTICS });
};

export const serviceChosen = (scenario = packed()): ShippingScenario => scenario.when(chooseExportWay, { batchNo: scenario.order.batches.lastNo, way: '9710-service' });

/** The newest batch with its 9710 order. */
export const linked = (scenario = serviceChosen(), exportOrderNo = EXPORT_ORDER_NO): ShippingScenario => {
  const batchNo = scenario.order.batches.lastNo;
  const chosen = scenario.batch(batchNo).export;
  if (chosen?.way !== '9710-service') throw new Error('the service was not chosen');
  return scenario.when(linkExportOrder, { batchNo, requestId: chosen.requestId, exportOrderNo }, SYSTEM);
};

/** The newest batch, its 9710 order come to the status. */
export const following = (status: Parameters<typeof followExportOrder>[0]['status'], scenario = linked(), exportOrderNo = EXPORT_ORDER_NO): ShippingScenario => {
  const batchNo = scenario.order.batches.lastNo;
  const chosen = scenario.batch(batchNo).export;
  const revision = (chosen?.way === '9710-service' ? (chosen.orderRevision ?? 0) : 0) + 1;
  return scenario.when(followExportOrder, { batchNo, exportOrderNo, status, revision }, SYSTEM);
};

/** The newest batch, its ordinary declaration verified. */
export const verified = (amount = '500', currency = 'USD', declarationNo = DECLARATION_NO, scenario = packed()): ShippingScenario => {
  const batchNo = scenario.order.batches.lastNo;
  return scenario
    .when(chooseExportWay, { batchNo, way: 'own-declaration' })
    .when(submitBatchDeclaration, { batchNo, ...declaring(amount, currency, declarationNo) })
    .when(linkBatchDeclaration, { batchNo, declarationNo }, SYSTEM)
    .when(verifyBatchDeclaration, { batchNo }, REVIEWER);
};
