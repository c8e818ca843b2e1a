export { TradeModule, tradeProcesses, tradeProjections, tradeUseCases } from './trade.module.js';
