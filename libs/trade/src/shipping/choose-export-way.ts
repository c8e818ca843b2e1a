import { Command, invalid, refusal, type Decide } from '#event-sourcing';
import { OneOf, Optional, Pattern } from '#platform';
import { requireBatchAction } from './actions.js';
import { EXPORT_WAYS, type BatchEvent, type ExportWay } from './batch-events.js';
import { batchOf, type ShippingOrder } from './shipping-order.js';

const COUNTRY = { en: 'must be an ISO 3166-1 alpha-2 code, e.g. US', zh: '必须是 ISO 3166-1 两位国家代码，例如 US' };

export class ChooseExportWayInput {
  @OneOf(EXPORT_WAYS, { context: { rule: '9710-R2' } })
  way!: ExportWay;

  /** 贸易国 of the 9710 order (9710-R51). */
  @Optional()
  @Pattern(/^[A-Z]{2}$/, COUNTRY, { context: { rule: '9710-R51' } })
  tradeCountry?: string;
}

/** Step 3 of a batch: how its export information is given (提交出口信息, 9710-R2). The 9710 service has customs draft the batch's order (TA-R17). */
export class ChooseExportWay extends Command<ChooseExportWayInput & { readonly batchNo: number }> {}

/** What each export channel of an order leaves to choose (TA-C1): an agent exports by its own declaration, the others are the exporter's. */
const WAYS_OF_CHANNEL: Readonly<Record<string, readonly ExportWay[]>> = {
  AGENT: ['smart-declaration'],
  SELF_9710: EXPORT_WAYS,
  SELF_0110: ['smart-declaration', 'own-declaration'],
};

const requireWay = (way: ExportWay, { exportChannel }: ShippingOrder, ordinaryPath: boolean): void => {
  if (WAYS_OF_CHANNEL[exportChannel]?.includes(way) !== true) {
    throw invalid('TA-C1', 'way', { en: `the order's export channel ${exportChannel} does not allow it`, zh: `订单的出口渠道 ${exportChannel} 不支持该方式` }, { exportChannel });
  }
  if (way !== '9710-service' || !ordinaryPath) return;
  throw refusal('9710-R24', { en: 'its 9710 order was cancelled: the batch goes on by the ordinary way 0110', zh: '9710 订单已取消，该批次按 0110 普通方式继续' }, { code: 'ordinary-path' });
};

export const chooseExportWay: Decide<ChooseExportWayInput & { readonly batchNo: number }, ShippingOrder, BatchEvent> = ({ batchNo, way, tradeCountry }, order, { actor }) => {
  const batch = batchOf(order, batchNo);
  requireBatchAction('choose-export-way', order, batch, actor);
  requireWay(way, order, batch.ordinaryPath);
  const { orderNo, currency } = order;
  if (way !== '9710-service') return [{ type: 'ExportWayChosen', data: { orderNo, batchNo, way } }];
  const requestId = `${orderNo}/${batchNo}/${batch.requests + 1}`;
  return [
    { type: 'ExportServiceChosen', data: { orderNo, batchNo, requestId, account: actor.id, goods: batch.goods, currency, ...(tradeCountry !== undefined && { tradeCountry }) } },
  ];
};
