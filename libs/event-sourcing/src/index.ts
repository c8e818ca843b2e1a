export * from './domain/event.js';
export * from './domain/identity.js';
export * from './domain/refusal.js';
export * from './domain/clock.js';
export * from './domain/decider.js';
export * from './commands/command.js';
export * from './projections/projection.js';
export * from './processes/process-manager.js';
