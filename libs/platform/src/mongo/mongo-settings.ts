import { optional, setting, text, url } from '../config/setting.js';

/** Settings of every service that keeps or reads documents. */
export const mongoSettings = {
  mongoUrl: optional('MONGODB_URL', url('mongodb', 'mongodb+srv'), 'Connection string of a MongoDB replica set. Not set: the launcher starts the embedded store.'),
  mongoDatabase: setting('PORTOLAN_DATABASE', text, 'Name of the database.', 'portolan'),
};
