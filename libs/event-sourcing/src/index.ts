export * from './domain/event.js';
export * from './domain/identity.js';
export * from './domain/refusal.js';
export * from './domain/errors.js';
export * from './domain/clock.js';
export * from './domain/decider.js';
export * from './commands/command.js';
export * from './projections/projection.js';
export * from './processes/process-manager.js';
export * from './commands/command-executor.js';
export * from './log/schemas.js';
export * from './log/event-log.js';
export type { RawRecorded } from './log/recorded.js';
export type { FeedItem } from './log/follow.js';
export * from './nest/event-sourcing.module.js';
export * from './nest/use-case-handlers.js';
export * from './commands/command-dispatcher.js';
export * from './processes/deadline.js';
export * from './processes/deadline-scheduler.js';
export * from './processes/effect.js';
export * from './processes/effect-consumer.js';
export * from './processes/effect-runner.js';
export * from './processes/process-consumer.js';
export * from './projections/read-model.js';
export * from './projections/document-consumer.js';
export * from './projections/log-consumer.js';
export { ALL_COMPANIES, type Dimensions } from './projections/facet-cube.js';
export * from './projections/read-facets.js';
export * from './projections/wait-for-position.js';
export type { BatchConsumer, KeyedEvent } from './projections/feed/batch-consumer.js';
export type { BatchWrite } from './projections/feed/batch-writes.js';
export { ConsumerWorker, type ConsumerWorkerOptions } from './projections/feed/consumer-worker.js';
export type { AppliedBatch, FeedObserver } from './projections/feed/observer.js';
export { PartitionCountChanged } from './projections/feed/leases.js';
export {
  NotParked,
  listParked,
  parkingRequest,
  retryParked,
  skipParked,
  type ParkedEvent,
  type ParkingOrder,
  type ParkingOutcome,
  type ParkingRequest,
} from './projections/feed/parking.js';
export { PatientMongoClient } from './queries/patient-mongo-client.js';
export { startingWith, type Condition, type Kept, type Match } from './queries/match.js';
export * from './queries/scoped-reader.js';
export * from './queries/read-models.js';
export { changedFields, type FieldChange } from './audit/changed-fields.js';
export { AUDIT_INDEXES, auditRowOf, type AuditRow } from './audit/audit-row.js';
