import { Module } from '@nestjs/common';
import type { Db } from 'mongodb';
import { documentConsumer, type BatchConsumer } from '#event-sourcing';
import { ReadModelsModule } from '#platform';
import { orderBook } from '../order-book.js';
import { supplierRecords } from '../supplier-record.js';
import { OrderQueries } from './order.queries.js';
import { OrdersController } from './orders.controller.js';
import { PurchasesController } from './purchases.controller.js';
import { SupplierRecordController } from './supplier-record.controller.js';

/** The read models of orders, for the worker to keep. */
export const orderProjections = (db: Db): readonly BatchConsumer[] => [documentConsumer(db, orderBook), documentConsumer(db, supplierRecords)];

/** Everything that suppliers and buyers read of trade orders over HTTP. Needs the application's `Db` and `Logger`. */
@Module({ imports: [ReadModelsModule], controllers: [OrdersController, PurchasesController, SupplierRecordController], providers: [OrderQueries] })
export class OrderReadsModule {}
