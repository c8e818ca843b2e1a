import { Module } from '@nestjs/common';
import { ReadModelsModule } from '#platform';
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

/** Everything that can be read of customs orders over HTTP. Needs the application's `Db` and `Logger`. */
@Module({
  imports: [ReadModelsModule],
  controllers: [LiveController, OrderListController, OrderPageController, DraftBoxController, FeedsController],
  providers: [LiveQueries, OrderListQueries, OrderPageQueries, DraftBoxQueries, FeedQueries],
  exports: [ReadModelsModule],
})
export class OrderReadsModule {}
