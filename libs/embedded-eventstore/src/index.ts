export { EmbeddedEventStore, type EmbeddedEventStoreOptions } from './embedded-eventstore.js';
export { DataDirectoryInUse } from './storage/data-directory.js';
