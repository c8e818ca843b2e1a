import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { maskFields, maskText } from './mask.js';

/** The process's log: JSON, one record a line, nothing secret in it. */
export type Logger = PinoLogger;

/** Injection token of the `Logger`. */
export const LOGGER = Symbol('Logger');

/** How a process logs. */
export interface LoggerOptions {
  /** Name of the service, in every record. */
  readonly service: string;
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Default: standard output, written without blocking; `flushLogger` before the process ends. */
  readonly destination?: DestinationStream;
}

/** Records are written together, but none waits longer than this (milliseconds). */
const FLUSH_EVERY_MS = 100;
const BUFFERED_BYTES = 4096;

/** A logger that masks secrets in fields and texts. */
export const createLogger = ({ service, level, destination }: LoggerOptions): Logger =>
  pino(
    {
      level,
      base: { service, pid: process.pid },
      messageKey: 'message',
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: maskFields },
      // Errors are made plain by maskFields; pino's own serializer would add what libraries hang on theirs.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg: unknown) => (typeof arg === 'string' ? maskText(arg) : arg)) as typeof args);
        },
      },
    },
    destination ?? pino.destination({ dest: 1, sync: false, minLength: BUFFERED_BYTES, periodicFlush: FLUSH_EVERY_MS }),
  );

/** Writes out what is buffered. Resolves when it is written. */
export const flushLogger = (logger: Logger): Promise<void> =>
  new Promise((resolve, reject) => {
    logger.flush((error) => {
      // The file is forced to the disk; a pipe cannot be, and says so.
      if (error && !('code' in error && error.code === 'EINVAL')) reject(error);
      else resolve();
    });
  });
