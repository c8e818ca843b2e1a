export { clockSettings, domainClock, type DomainClock } from './domain-clock.js';
export { MovableClock } from './movable-clock.js';
export { OperationsModule } from './operations.module.js';
export { runService } from './run-service.js';
export { storeSettings, StoresModule, type StoresOptions } from './stores.module.js';
