import { choice, ConfigError, isLoopback, optional, port, readConfig, secretText, setting, text, url, wholeNumber, type Environment } from '#platform';

/** Settings of the simulator. */
export const eportSettings = {
  host: setting('EPORT_HOST', text, 'Address to listen on; loopback only, since anyone who reaches the simulator may control it.', '127.0.0.1'),
  port: setting('EPORT_PORT', port, 'Port to listen on; 0 takes a free one.', '3303'),
  receiptUrl: setting('EPORT_RECEIPT_URL', url('http', 'https'), 'Where receipts for messages that came over HTTP are posted.', 'http://127.0.0.1:3000/v1/customs-receipts'),
  receiptKey: { ...optional('EPORT_RECEIPT_KEY', secretText(16), 'API key with the role customs-gateway, sent as bearer with each receipt.'), secret: true },
  dataDirectory: setting('EPORT_DATA', text, 'Directory in which the simulator keeps what it knows.', './data/eport'),
  outbox: optional('EPORT_OUTBOX', text, "The channel's outbox, from which messages are taken; needs EPORT_INBOX."),
  inbox: optional('EPORT_INBOX', text, "The channel's inbox, into which receipts for these messages are put."),
  delayMs: setting('EPORT_DELAY_MS', wholeNumber(0, 3_600_000), 'Milliseconds before each receipt of a chain.', '250'),
  logLevel: setting('EPORT_LOG_LEVEL', choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), 'Least severe level that is logged.', 'info'),
};

/** The settings as read. */
export type EportSettings = ReturnType<typeof readEportSettings>;

/** Reads the settings. Throws `ConfigError`, also for an address beyond loopback or half a file drop. */
export const readEportSettings = (env?: Environment) => {
  const config = readConfig(eportSettings, env);
  if (!isLoopback(config.host)) throw new ConfigError([`EPORT_HOST must be loopback, not ${config.host}`]);
  if ((config.outbox === undefined) !== (config.inbox === undefined)) throw new ConfigError(['EPORT_OUTBOX and EPORT_INBOX belong together']);
  return config;
};
