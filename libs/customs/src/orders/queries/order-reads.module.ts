import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Db } from 'mongodb';
import { ReadModels } from '#event-sourcing';
import { LOGGER, type Logger } from '#platform';
import { DraftBoxController } from './draft-box.controller.js';
import { DraftBoxQueries } from './draft-box.queries.js';
import { FeedsController } from './feeds.controller.js';
import { FeedQueries } from './feeds.queries.js';
import { LiveController } from './live.controller.js';
import { LiveQueries } from './live.queries.js';
import { OrderListController } from './order-list.controller.js';
import { OrderListQueries } from './order-list.queries.js';
import { OrderPageController } from './order-page.controller.js';
import { OrderPageQueries } from './order-page.queries.js';

const readModels = (db: Db, logger: Logger): ReadModels =>
  new ReadModels(db, (collection, err) => logger.warn({ collection, err }, 'watching a read model was interrupted, trying again'));

/** Everything that can be read of customs orders over HTTP. Needs the application's `Db` and `Logger`. */
@Module({
  controllers: [LiveController, OrderListController, OrderPageController, DraftBoxController, FeedsController],
  providers: [{ provide: ReadModels, useFactory: readModels, inject: [Db, LOGGER] }, LiveQueries, OrderListQueries, OrderPageQueries, DraftBoxQueries, FeedQueries],
  exports: [ReadModels],
})
export class OrderReadsModule implements OnModuleInit {
  constructor(
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
  ) {}

  /** Live streams never end by themselves; they are ended before the server waits for what is in flight. */
  onModuleInit(): void {
    this.http.httpAdapter.getInstance<FastifyInstance>().addHook('preClose', () => this.readModels.close());
  }
}
