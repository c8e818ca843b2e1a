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
