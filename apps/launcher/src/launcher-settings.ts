import { choice, optional, port, setting, text, url } from '#platform';

/** Settings of `npm start`; everything else is read by the processes themselves and passed through. */
export const launcherSettings = {
  dataDir: setting('PORTOLAN_DATA', text, 'Directory for everything the launcher and the embedded stores keep.', './data'),
  apiPort: setting('PORTOLAN_PORT', port, 'Port of the API; 0 takes a free one, as for the ports below.', '3000'),
  workerPort: setting('PORTOLAN_WORKER_PORT', port, "Port of the worker's health and metrics.", '3001'),
  eportPort: setting('PORTOLAN_EPORT_PORT', port, 'Port of the e-port simulator.', '3303'),
  eventStorePort: setting('PORTOLAN_EVENTSTORE_PORT', port, 'Port of the embedded event store.', '2113'),
  mongoPort: setting('PORTOLAN_MONGODB_PORT', port, 'Port of the embedded document store.', '27017'),
  eventStoreUrl: optional('EVENTSTORE_URL', url('esdb', 'esdb+discover'), 'Connection string of an EventStoreDB node or cluster; without it the embedded store is started.'),
  mongoUrl: optional('MONGODB_URL', url('mongodb', 'mongodb+srv'), 'Connection string of a MongoDB replica set; without it the embedded store is started.'),
  clock: setting('PORTOLAN_CLOCK', choice('system', 'movable'), 'The domain clock of the instance: `movable` lets operations move it forward (`npm run demo` does), `system` is the machine\'s.', 'movable'),
};
