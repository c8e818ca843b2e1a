import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ReadModels, type Actor } from '#event-sourcing';
import { Allow, answerList, CurrentActor, ListQuery, MinPosition, type Answered, type ListAnswer } from '#platform';
import type { UnmatchedReceiptRecorded } from './unmatched-receipt.js';
import { unmatchedReceipts } from './unmatched-receipts.js';

/** Receipts that belong to no order, for operations, newest first. */
@Controller('v1/unmatched-receipts')
@Allow('ops', 'auditor')
export class UnmatchedReceiptsController {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  @Get()
  list(@Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<UnmatchedReceiptRecorded>>> {
    return answerList({ from: this.readModels.of(unmatchedReceipts), actor, where: {}, order: { field: 'receivedAt', direction: -1 }, query, minPosition });
  }
}
