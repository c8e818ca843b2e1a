export { clockSettings, domainClock, type DomainClock } from './domain-clock.js';
export { MovableClock } from './movable-clock.js';
export { OperationsModule } from './operations.module.js';
