import { Inject, Injectable } from '@nestjs/common';
import { ReadModels, companyId, type Actor, type Kept, type NumberedPage } from '#event-sourcing';
import { answered, named, type Answered, type Named } from '#platform';
import type { OrderAction } from '../actions.js';
import { draftBox, type DraftRow } from '../draft-box.js';
import { SERVICE_LABELS } from '../labels.js';
import { actionsOf, countryOf } from './order-list-item.js';
import { DRAFTED } from './order-standing.js';
import type { DraftBoxQuery } from './read-query.js';

/** A draft as it is answered. */
export interface DraftItem extends Omit<Answered<DraftRow>, 'services' | 'tradeCountry'> {
  /** To the minute, as the draft box shows it: `2022-06-21T08:00Z`. */
  readonly lastModifiedAt: string;
  readonly services: readonly Named[];
  readonly tradeCountry: Named | null;
  /** Continue (继续下单: save, then send) and delete, for the exporter (9710-R35). */
  readonly actions: readonly OrderAction[];
}

/** Rows of a page (9710-R34). */
const PAGE_SIZE = 6;

const TO_THE_MINUTE = '2022-06-21T08:00'.length;

/** 草稿箱 for one caller. */
@Injectable()
export class DraftBoxQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** The page with the number, last modified first (9710-R49); beyond the last page there are no items. */
  async page(actor: Actor, { page = 1, companyId: company }: DraftBoxQuery, minPosition: number | undefined): Promise<NumberedPage<DraftItem>> {
    const reader = this.readModels.of(draftBox).for(actor, company === undefined ? undefined : companyId(company));
    await reader.atLeast(minPosition);
    const found = await reader.numberedPage({ where: {}, order: { field: 'lastModifiedAt', direction: -1 }, size: PAGE_SIZE, page });
    return { ...found, items: found.items.map((row) => draftItem(row, actor)) };
  }
}

const draftItem = (row: Kept<DraftRow>, actor: Actor): DraftItem => ({
  ...answered(row),
  lastModifiedAt: `${row.lastModifiedAt.slice(0, TO_THE_MINUTE)}Z`,
  services: row.services.map((service) => named(SERVICE_LABELS, service)),
  tradeCountry: countryOf(row.tradeCountry),
  actions: actionsOf(DRAFTED, actor),
});
