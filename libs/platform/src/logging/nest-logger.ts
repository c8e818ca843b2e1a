import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Nest's own records in the process's log. Nest passes the part that speaks as the last argument, and an error's stack before it. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
    const part = typeof context === 'string' ? { part: context } : {};
    if (message instanceof Error) this.logger[level]({ ...part, err: message }, message.message);
    else if (typeof message === 'string') this.logger[level]({ ...part, ...stack }, message);
    else this.logger[level]({ ...part, ...stack, detail: message });
  }
}
