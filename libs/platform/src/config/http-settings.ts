import { choice, port, setting, text, wholeNumber } from './setting.js';

/** Settings of every service that answers HTTP. */
export const httpSettings = {
  host: setting('PORTOLAN_HOST', text, 'Address to listen on. Anything but loopback needs the signing key and the store URLs to be set.', '127.0.0.1'),
  port: setting('PORTOLAN_PORT', port, 'Port to listen on; 0 takes a free one.', '3000'),
  bodyLimitBytes: setting('PORTOLAN_BODY_LIMIT', wholeNumber(1024, 64 * 1024 * 1024), 'Largest request body in bytes (uploads have a limit of their own).', '1048576'),
  requestTimeoutSeconds: setting('PORTOLAN_REQUEST_TIMEOUT', wholeNumber(1, 600), 'Seconds in which a request must have arrived and been answered.', '30'),
  drainSeconds: setting('PORTOLAN_DRAIN', wholeNumber(0, 600), 'Seconds that requests in flight get to finish when the service stops.', '10'),
  rateLimitPerMinute: setting('PORTOLAN_RATE_LIMIT', wholeNumber(0, 100_000_000), 'Requests per minute and caller (or address, without log-in); 0 sets no limit.', '12000'),
  logLevel: setting('PORTOLAN_LOG_LEVEL', choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), 'Least severe level that is logged.', 'info'),
};
