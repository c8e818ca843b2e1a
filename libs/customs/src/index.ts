export {
  CUSTOMS_TEXT_TYPES,
  customsEffects,
  CustomsModule,
  customsProcesses,
  customsProjections,
  customsUseCases,
} from './customs.module.js';
export { customsSettings } from './customs-settings.js';
export type { CustomsOrderEvent } from './orders/events.js';
export { orderUseCases } from './orders/use-cases.js';
export type { PlatformIdentity } from './orders/transmission.adapter.js';
export type { CustomsProfileEvent } from './profiles/events.js';
export { RegisterProfile } from './profiles/register-profile.js';
export { profileUseCases } from './profiles/use-cases.js';
export type { UnmatchedReceiptEvent } from './receipts/unmatched-receipt.js';
export { DraftOrderForBatch, type BatchOrderRequest } from './orders/draft-order-for-batch.js';
export { NoteBatchGoods } from './orders/note-batch-goods.js';
export { WithdrawOrder } from './orders/withdraw-order.js';
export { ORDER_STATUS_LABELS as CUSTOMS_ORDER_STATUS_LABELS } from './orders/labels.js';
export { DRAFTED as DRAFTED_CUSTOMS_ORDER, standingAfter as customsStandingAfter, type KeptStanding as CustomsStanding } from './orders/queries/order-standing.js';
export type { BatchGoods, BatchLink, OrderStatus as CustomsOrderStatus } from './orders/values.js';
