import { Body, Controller, Delete, HttpCode, Inject, Post, Put } from '@nestjs/common';
import { EventLog, streamName } from '#event-sourcing';
import { Allow, Call, EmptyBody, OrderCommands, type CommandCall, type OrderAnswer } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import { tradeOrder } from '../orders/order.js';
import { AddBatch } from './add-batch.js';
import { ChooseExportWay, ChooseExportWayInput } from './choose-export-way.js';
import { DeleteBatch } from './delete-batch.js';
import { BatchNo } from './http/batch-no.adapter.js';
import { RecordTracking, RecordTrackingInput } from './record-tracking.js';
import { SetBatchGoods, SetBatchGoodsInput } from './set-goods.js';
import { SetBatchLogistics, SetBatchLogisticsInput } from './set-logistics.js';

/** What adding a batch answers. */
interface BatchAnswer extends OrderAnswer {
  readonly batchNo: number;
}

/** The shipping of a trade order (发货管理): its batches by three steps (9710-R52). */
@Controller('v1/trade-orders/:orderNo/batches')
@Allow('exporter')
export class BatchesController {
  constructor(
    @Inject(OrderCommands) private readonly orders: OrderCommands,
    @Inject(EventLog) private readonly log: EventLog,
  ) {}

  /** 新增发货批次, once the latest has export information (9710-R53). 201 with `Location`. */
  @Post()
  async add(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<BatchAnswer> {
    const answer = await this.orders.run(call, AddBatch, orderNo, nothing);
    const batchNo = await this.addedAt(orderNo, answer.revision);
    void call.reply.header('location', `/v1/trade-orders/${orderNo}/batches/${batchNo}`);
    return { ...answer, batchNo };
  }

  /** Step 1: all goods of the batch. */
  @Put(':batchNo/goods')
  setGoods(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Body() input: SetBatchGoodsInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, SetBatchGoods, orderNo, { batchNo, ...input });
  }

  /** Step 2: provider and number. */
  @Put(':batchNo/logistics')
  setLogistics(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Body() input: SetBatchLogisticsInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, SetBatchLogistics, orderNo, { batchNo, ...input });
  }

  /** What the carrier tells. */
  @Post(':batchNo/tracking')
  @Allow('exporter', 'broker', 'ops')
  @HttpCode(200)
  track(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Body() input: RecordTrackingInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, RecordTracking, orderNo, { batchNo, ...input });
  }

  /** Step 3: 9710 service, smart declaration or own declaration (9710-R2). */
  @Post(':batchNo/export-way')
  @HttpCode(200)
  chooseExportWay(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Body() input: ChooseExportWayInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ChooseExportWay, orderNo, { batchNo, ...input });
  }

  /** 删除本批次 (9710-C11). */
  @Delete(':batchNo')
  delete(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @EmptyBody() _: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, DeleteBatch, orderNo, { batchNo });
  }

  /** The batch that the event at the revision has added, now or when the command was first sent. */
  private async addedAt(orderNo: string, revision: number): Promise<number> {
    const [event] = await this.log.readStream(streamName(tradeOrder.category, orderNo), revision, 1);
    return (event?.data as { readonly batchNo: number }).batchNo;
  }
}
