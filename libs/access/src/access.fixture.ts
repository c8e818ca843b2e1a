import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Controller, Get, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { EventSourcingModule, PLATFORM_COMPANY, systemActor, systemClock, companyId, type Clock, type CommandEnvelope } from '#event-sourcing';
import { Allow, createHttpApp, createLogger, MongoModule, type HttpApp } from '#platform';
import { AccessModule, type AccessOptions } from './access.module.js';

/** Both stores, embedded, on a directory of their own. */
export interface Stores {
  readonly eventStore: EmbeddedEventStore;
  readonly mongo: EmbeddedMongo;
  stop(): Promise<void>;
}

export const startStores = async (): Promise<Stores> => {
  const directory = await mkdtemp(join(tmpdir(), 'access-'));
  const eventStore = await EmbeddedEventStore.start({ dataDir: join(directory, 'events'), port: 0 });
  const mongo = await EmbeddedMongo.start({ dataDir: join(directory, 'documents'), port: 0 });
  return {
    eventStore,
    mongo,
    stop: async () => {
      await Promise.all([eventStore.stop(), mongo.stop()]);
      await rm(directory, { recursive: true });
    },
  };
};

@Controller('v1/reviewers-only')
class ReviewersController {
  @Get()
  @Allow('reviewer')
  read(): string {
    return 'for reviewers';
  }
}

/** A running API instance. */
export interface Instance {
  readonly app: HttpApp;
  readonly url: string;
  /** Everything it logged. */
  log(): string;
}

/** An API with nothing but access, on the stores. */
export const startInstance = async ({ eventStore, mongo }: Stores, access: AccessOptions, clock: Clock = systemClock): Promise<Instance> => {
  @Module({
    imports: [
      CqrsModule.forRoot(),
      EventSourcingModule.forRoot({ connectionString: eventStore.connectionString, clock: systemClock }),
      MongoModule.forRoot({ url: mongo.connectionString, appName: 'access-test' }),
      AccessModule.forRoot({ ...access, clock }),
    ],
    controllers: [ReviewersController],
  })
  class InstanceModule {}
  let log = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  const app = await createHttpApp(InstanceModule, {
    logger: createLogger({ service: 'api', level: 'info', destination }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 65_536,
    requestTimeoutSeconds: 10,
    drainSeconds: 5,
    rateLimitPerMinute: 0,
  });
  return { app, url: await app.listen(), log: () => log };
};

/** The envelope of what the system itself asks for. */
export const systemEnvelope = (commandId: string, company: string = PLATFORM_COMPANY): CommandEnvelope => ({
  commandId,
  actor: systemActor('launcher'),
  companyId: companyId(company),
  correlationId: commandId,
  origin: { via: 'process' },
});
