import { Writable } from 'node:stream';
import { Body, Controller, Get, Inject, Injectable, Module, Param, Post, Query, type DynamicModule, type Type } from '@nestjs/common';
import { MongoNetworkError } from 'mongodb';
import {
  CommandKeyReused,
  companyId,
  NotFound,
  Refusals,
  refusal,
  RevisionConflict,
  StoreUnavailable,
  type Actor,
  type CommandEnvelope,
  type Role,
} from '#event-sourcing';
import { Readiness } from '../health/readiness.js';
import { Allow, CurrentActor, Public, SignedIn } from '../identity/access.decorators.js';
import { Authenticators } from '../identity/authenticator.js';
import { Envelope } from '../identity/envelope.js';
import { createLogger } from '../logging/logger.js';
import { Unauthenticated } from '../problems/http-problem.js';
import { DecimalString, WholeNumber } from '../validation/number-fields.js';
import { List, NestedList, Optional } from '../validation/structure-fields.js';
import { Text } from '../validation/text-fields.js';
import { createHttpApp, type HttpAppOptions } from './create-http-app.js';
import type { HttpApp } from './http-app.js';

class Line {
  @Text(1, 255, { context: { rule: '9710-R8' } }) declare name: string;
  @DecimalString({ digits: 19, places: 5, moreThan: '0' }) declare qty: string;
}

export class Draft {
  @NestedList(() => Line, { min: 1, max: 100 }) declare lines: Line[];
}

class Listing {
  @Optional() @WholeNumber(1, 100) declare limit?: number;
  @Optional() @List({ max: 3 }) @Text(1, 9, { each: true }) declare status?: string[];
}

/** Errors a handler may end in, by the name in the path. */
const ERRORS: Readonly<Record<string, () => Error>> = {
  conflict: () => refusal('9710-R18', { en: 'only a failed transmission is sent again', zh: '只有发送失败的订单可以重新发送' }),
  'too-early': () => refusal('9710-R20', { en: 'too early', zh: '时间未到' }, { kind: 'too-early', retryAfterSeconds: 599 }),
  invalid: () => refusal('9710-R9', { en: 'the total is wrong', zh: '总价不符' }, { kind: 'invalid', field: 'lines[0].total', facts: { expected: '2', actual: '3' } }),
  several: () => new Refusals([refusal('9710-R4', { en: 'a', zh: '甲' }, { kind: 'invalid', field: 'x' }), refusal('9710-R7', { en: 'b', zh: '乙' }, { kind: 'invalid', field: 'y' })]),
  revision: () => new RevisionConflict('customsOrder-1', 3, 5),
  'key-reused': () => new CommandKeyReused('k'),
  'not-found': () => new NotFound('order', '1'),
  'store-away': () => new StoreUnavailable('EventStoreDB', 3),
  'mongo-away': () => new MongoNetworkError('connect ECONNREFUSED mongodb://user:hunter2@db:27017'),
  unforeseen: () => new Error('boom in /srv/secret-place'),
};

/** A gate that a test opens: requests to `/slow` wait at it. */
@Injectable()
export class Gate {
  private release: () => void = () => undefined;
  private arrive: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.release = resolve));
  readonly arrived = new Promise<void>((resolve) => (this.arrive = resolve));

  open(): void {
    this.release();
  }

  async wait(): Promise<void> {
    this.arrive();
    await this.opened;
  }
}

@Controller('v1')
class FixtureController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Post('drafts')
  @Public()
  draft(@Body() body: Draft): Draft {
    return body;
  }

  @Post('notes')
  @Public()
  note(@Body() body: string): { length: number } {
    return { length: body.length };
  }

  @Get('listing')
  @Public()
  list(@Query() query: Listing): Listing {
    return query;
  }

  @Get('errors/:name')
  @Public()
  fail(@Param('name') name: string): never {
    throw ERRORS[name]?.() ?? new Error('no such error');
  }

  @Get('me')
  @SignedIn()
  me(@CurrentActor() actor: Actor): Actor {
    return actor;
  }

  @Post('reviews')
  @Allow('reviewer', 'ops')
  review(@Envelope() envelope: CommandEnvelope): CommandEnvelope {
    return envelope;
  }

  @Post('envelopes')
  @SignedIn()
  envelope(@Envelope() envelope: CommandEnvelope): CommandEnvelope {
    return envelope;
  }

  @Get('slow')
  @Public()
  async slow(): Promise<string> {
    await this.gate.wait();
    return 'done';
  }
}

/** Tokens are `<role>.<company>`: enough to try what a role may. */
@Injectable()
class FixtureLogin {
  constructor(@Inject(Authenticators) authenticators: Authenticators) {
    authenticators.add({
      accepts: 'bearer-token',
      authenticate: (token) => {
        const [role, company] = token.split('.');
        if (role === 'forged') throw new Unauthenticated('forged', 'invalid_token');
        return role && company ? { id: `user:${role}`, roles: [role as Role], companyId: companyId(company) } : undefined;
      },
    });
  }
}

@Module({ controllers: [FixtureController], providers: [FixtureLogin, Gate] })
export class FixtureModule {}

/** What an app wrote to its log. */
export class LogRecords extends Writable {
  private readonly lines: string[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.lines.push(...chunk.toString().split('\n').filter(Boolean));
    done();
  }

  get text(): string {
    return this.lines.join('\n');
  }

  get records(): readonly Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

/** A running app on a free port. */
export interface RunningApp {
  readonly app: HttpApp;
  readonly url: string;
  readonly log: LogRecords;
  readonly readiness: Readiness;
}

/** Starts an app of the module with small limits. */
export const startApp = async (module: Type | DynamicModule = FixtureModule, options: Partial<HttpAppOptions> = {}): Promise<RunningApp> => {
  const log = new LogRecords();
  const app = await createHttpApp(module, {
    logger: createLogger({ service: 'fixture', level: 'info', destination: log }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 64 * 1024,
    requestTimeoutSeconds: 5,
    drainSeconds: 5,
    rateLimitPerMinute: 0,
    textTypes: ['text/tab-separated-values'],
    ...options,
  });
  return { app, url: await app.listen(), log, readiness: app.nest.get(Readiness) };
};
