export { EmbeddedMongo, type EmbeddedMongoOptions } from './embedded-mongo.js';
export { DirectoryInUseError } from './storage/database.js';
