import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Actor, NumberedPage } from '#event-sourcing';
import { Allow, CurrentActor, MinPosition } from '#platform';
import { DraftBoxQueries, type DraftItem } from './draft-box.queries.js';
import { DraftBoxQuery } from './read-query.js';

/** 草稿箱: six drafts a page, with page numbers to jump to (9710-R34). */
@Controller('v1/drafts')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class DraftBoxController {
  constructor(@Inject(DraftBoxQueries) private readonly drafts: DraftBoxQueries) {}

  @Get()
  page(@Query() query: DraftBoxQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<NumberedPage<DraftItem>> {
    return this.drafts.page(actor, query, minPosition);
  }
}
