import { documentProjection } from '#event-sourcing';
import type { CustomsOrderEvent } from './events.js';
import type { Instant, OrderContent, Service } from './values.js';

/** A draft as the draft box lists it (9710-R33); fields that a service does not have are null (9710-R48). */
export interface DraftRow {
  /** 草稿单号; a draft keeps it when saved again (9710-R49). */
  readonly draftNo: string;
  readonly orderNo: string;
  /** Revision of the order's stream that the row reflects. */
  readonly revision: number;
  readonly tradeAssuranceNo: string | null;
  readonly lastModifiedAt: Instant;
  readonly services: readonly Service[];
  /** 出境关别: agent exports name one, a 9710 order does not. */
  readonly exitCustoms: string | null;
  readonly tradeCountry: string | null;
}

const shown = ({ tradeAssuranceNo, tradeCountry }: OrderContent): Pick<DraftRow, 'tradeAssuranceNo' | 'tradeCountry'> => ({
  tradeAssuranceNo: tradeAssuranceNo ?? null,
  tradeCountry: tradeCountry ?? null,
});

/** 草稿箱: the drafts of all export services (9710-R33…R35, R47…R49). A draft leaves it when it is sent or deleted. */
export const draftBox = documentProjection<DraftRow, CustomsOrderEvent>({
  name: 'draft-box',
  version: 1,
  categories: ['customsOrder'],
  key: ({ data }) => data.orderNo,
  indexes: [{ fields: { companyId: 1, lastModifiedAt: -1, _id: -1 } }, { fields: { lastModifiedAt: -1, _id: -1 } }],
  on: {
    OrderDrafted: (_, { data: { draftNo, orderNo, services, content }, revision, metadata: { occurredAt } }) => ({
      ...{ draftNo, orderNo, revision, services, lastModifiedAt: occurredAt, exitCustoms: null },
      ...shown(content),
    }),
    BatchGoodsNoted: (row, { revision }) => row && { ...row, revision },
    DraftSaved: (row, { data, revision, metadata }) => row && { ...row, revision, lastModifiedAt: metadata.occurredAt, ...shown(data.content) },
    LinesReplaced: (row, { revision, metadata }) => row && { ...row, revision, lastModifiedAt: metadata.occurredAt },
    OrderSubmitted: () => undefined,
    DraftDeleted: () => undefined,
  },
});
