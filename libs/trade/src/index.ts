export { SetCreditLine } from './credit/set-credit-line.js';
export { ApplyForAssurance } from './service/apply-for-assurance.js';
export { RecordShop } from './service/record-shop.js';
export { TradeModule, tradeProcesses, tradeProjections, tradeUseCases } from './trade.module.js';
export { collectionAccountOf } from './orders/collection-account.js';
export { signPayment } from './payments/payment-signature.js';
export { paymentSettings } from './payments/payment-settings.js';
export { tradeSettings } from './trade-settings.js';
