import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Db } from 'mongodb';
import { ReadModels } from '#event-sourcing';
import { LOGGER, type Logger } from '../logging/logger.js';

const readModels = (db: Db, logger: Logger): ReadModels =>
  new ReadModels(db, (collection, err) => logger.warn({ collection, err }, 'watching a read model was interrupted, trying again'));

/** The way to the read models, one for the queries of all contexts. Needs the application's `Db` and `Logger`. */
@Module({ providers: [{ provide: ReadModels, useFactory: readModels, inject: [Db, LOGGER] }], exports: [ReadModels] })
export class ReadModelsModule implements OnModuleInit {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
  ) {}

  /** Live streams never end by themselves; they are ended before the server waits for what is in flight. */
  onModuleInit(): void {
    this.http.httpAdapter.getInstance<FastifyInstance>().addHook('preClose', () => this.models.close());
  }
}
