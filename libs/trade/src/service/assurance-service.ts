import type { Aggregate, Bilingual, EventOf } from '#event-sourcing';

/** 付费 or 免費 member of the platform (TA-R1, TA-R2). */
export const MEMBERSHIPS = ['PAID', 'FREE'] as const;
export type Membership = (typeof MEMBERSHIPS)[number];

/** A company and its shop, as the platform knows them. */
export interface ShopRecord {
  readonly companyName: string;
  readonly uscc: string;
  readonly membership: Membership;
  /** Whether the shop really operates (TA-R28). */
  readonly operating: boolean;
}

/** Enterprise certification (企業認證信息), which free members fill in (TA-R2). */
export interface Certification {
  readonly companyName: string;
  readonly uscc: string;
  readonly legalRepresentative: string;
}

interface CompanyFact {
  readonly companyId: string;
}

/** The platform recorded what it knows of a supplier's shop. */
export interface ShopRecorded extends CompanyFact, ShopRecord {
  readonly recordedAt: string;
}

/** The supplier may draft trade-assurance orders from now on. */
export interface AssuranceServiceOpened extends CompanyFact {
  readonly membership: Membership;
  readonly certification?: Certification;
  readonly openedAt: string;
}

/** The certification was refused; the supplier may apply again. */
export interface AssuranceServiceRefused extends CompanyFact {
  readonly certification: Certification;
  readonly reasons: readonly Bilingual[];
  readonly refusedAt: string;
}

/** The facts of the streams `assuranceService-<companyId>`. */
export type AssuranceServiceEvent = EventOf<{ ShopRecorded: ShopRecorded; AssuranceServiceOpened: AssuranceServiceOpened; AssuranceServiceRefused: AssuranceServiceRefused }>;

/** Whether a supplier may draft trade-assurance orders (TA-A2.3). */
export interface AssuranceService {
  readonly status: 'NOT_OPENED' | 'OPENED' | 'REFUSED';
  readonly shop?: ShopRecord;
}

/** The streams `assuranceService-<companyId>`. */
export const assuranceService: Aggregate<AssuranceService, AssuranceServiceEvent> = {
  category: 'assuranceService',
  initialState: { status: 'NOT_OPENED' },
  evolve: (service, { type, data }) => {
    switch (type) {
      case 'ShopRecorded': {
        const { companyName, uscc, membership, operating } = data;
        return { ...service, shop: { companyName, uscc, membership, operating } };
      }
      case 'AssuranceServiceOpened':
        return { ...service, status: 'OPENED' };
      case 'AssuranceServiceRefused':
        return { ...service, status: 'REFUSED' };
    }
    return service;
  },
};
