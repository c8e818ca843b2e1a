import { randomUUID } from 'node:crypto';
import { companyId, type EventLog } from '#event-sourcing';

let serial = 0;

type Step = readonly [type: string, data: object];

const SUBMITTED: Step = ['TradeOrderSubmitted', { submittedAt: '2022-06-01T00:00:00.000Z', exportAcknowledgement: 'self-9710-1', collectionAccount: '', receiptDays: 45 }];
const CONFIRMED: Step = ['TradeOrderConfirmed', { buyerAccount: 'user:anna', buyerCompanyId: 'buyers', confirmedAt: '2022-06-01T00:00:00.000Z' }];

/** Begins a trade order of 1000 dollars, ten lamps, whose money is in and whose agreed ship date is long over; answers its number. */
export const paidTradeOrder = (log: EventLog, company: string): Promise<string> => begun(log, company, [['FundsReceived', { receivedAt: '2022-06-01T00:00:00.000Z' }]]);

/** The same, confirmed by its buyer and not paid yet. */
export const confirmedTradeOrder = (log: EventLog, company: string): Promise<string> => begun(log, company, [SUBMITTED, CONFIRMED]);

const begun = async (log: EventLog, company: string, steps: readonly Step[]): Promise<string> => {
  serial += 1;
  const orderNo = String(90021645010167000n + BigInt(serial));
  const draftedAt = '2022-06-01T00:00:00.000Z';
  const metadata = {
    ...{ $correlationId: 'test', $causationId: 'test', commandId: `begin-${orderNo}`, commandHash: '', commandName: 'DraftTradeOrder', actor: 'user:li' },
    ...{ companyId: companyId(company), schemaVersion: 1, occurredAt: draftedAt, origin: { via: 'test' } },
  };
  const drafted = {
    ...{ orderNo, draftedAt, buyerEmail: 'buyer@example.com', amount: '1000', currency: 'USD', protection: 'UNTIL_RECEIPT' },
    ...{ exportChannel: 'SELF_9710', transportMode: 'sea', agreedShipDate: { date: '2022-06-20', zone: 'America/Los_Angeles' } },
    lines: [{ lineNo: 1, name: 'Table lamp', qty: '10', unit: 'pieces', unitPrice: '100', total: '1000' }],
  };
  await log.append(`tradeOrder-${orderNo}`, undefined, [
    { id: randomUUID(), type: 'TradeOrderDrafted', data: drafted, metadata },
    ...steps.map(([type, data]) => ({ id: randomUUID(), type, data: { orderNo, ...data }, metadata })),
  ]);
  return orderNo;
};
