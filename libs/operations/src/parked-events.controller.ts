import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Db, ObjectId } from 'mongodb';
import { listParked, NotFound, NotParked, parkingRequest, retryParked, skipParked, type Actor, type ParkedEvent, type ParkingOrder, type ParkingRequest } from '#event-sourcing';
import { Allow, CurrentActor, Flag, HttpProblem, Optional, Text, WholeNumber } from '#platform';

export class ParkedEventsQuery {
  /** `order-dashboard@1`, `process/…` or `effect/…` */
  @Optional()
  @Text(1, 100)
  consumer?: string;

  @Optional()
  @Text(1, 200)
  key?: string;

  /** Those that were left out for ever, instead of those that wait. */
  @Optional()
  @Flag()
  skipped?: boolean;

  @Optional()
  @WholeNumber(1, 500)
  limit?: number;
}

export class ParkingInput {
  @Text(1, 100)
  consumer!: string;

  @Text(1, 64)
  eventId!: string;

  /** Kept for ever with who asked. */
  @Text(3, 500)
  reason!: string;
}

type Ask = (db: Db, consumer: string, eventId: string, order: ParkingOrder) => Promise<ObjectId>;

/** Events that a projection, process or effect could not apply: operations have them retried, or skipped for a reason. */
@Controller('v1/ops')
@Allow('ops')
export class ParkedEventsController {
  constructor(@Inject(Db) private readonly db: Db) {}

  @Get('parked-events')
  async list(@Query() query: ParkedEventsQuery): Promise<{ readonly items: readonly ParkedEvent[] }> {
    return { items: await listParked(this.db, query) };
  }

  /** Has the event, and what is parked behind it, applied again. 202: the worker that holds the partition does it. */
  @Post('parked-events/retry')
  @HttpCode(202)
  retry(@Body() input: ParkingInput, @CurrentActor() actor: Actor): Promise<{ readonly requestId: string }> {
    return this.ask(retryParked, input, actor);
  }

  /** Has a failed event left out for ever, and what is parked behind it applied. */
  @Post('parked-events/skip')
  @HttpCode(202)
  skip(@Body() input: ParkingInput, @CurrentActor() actor: Actor): Promise<{ readonly requestId: string }> {
    return this.ask(skipParked, input, actor);
  }

  /** What has become of a retry or skip. */
  @Get('parking-requests/:id')
  async request(@Param('id') id: string): Promise<ParkingRequest> {
    const found = ObjectId.isValid(id) ? await parkingRequest(this.db, new ObjectId(id)) : null;
    if (found === null) throw new NotFound('parking request', id);
    return found;
  }

  private async ask(ask: Ask, { consumer, eventId, reason }: ParkingInput, { id: by }: Actor): Promise<{ readonly requestId: string }> {
    try {
      return { requestId: (await ask(this.db, consumer, eventId, { by, reason, at: new Date() })).toHexString() };
    } catch (error) {
      if (!(error instanceof NotParked)) throw error;
      throw new HttpProblem(404, 'not-parked', { en: 'this event does not wait for anybody', zh: '该事件未处于停放状态' }, {}, { cause: error });
    }
  }
}
