import type { EventOf } from '#event-sourcing';

/** What a company is at customs, in force from an instant on (9710-R5, 9710-C16). */
export interface CustomsProfileEntry {
  /** 境内发货人 / 电商企业名称, at most 100 characters as in CEB303's `ebcName`. */
  readonly companyName: string;
  /** 10-character customs enterprise code, proposed on every new order (9710-R6). */
  readonly ebcCode: string;
  /** 18-character unified social credit code (GB 32100-2015). */
  readonly uscc: string;
  /** Code of the transport channel (传输通道), e.g. `SiChuanEport` (9710-C8). */
  readonly channel: string;
  /** Whether the 9710 service is activated for the company (9710-R30). */
  readonly service9710Active: boolean;
  /** Whether the company has authorised the checking of its e-port data; without it there is no fast review (9710-R31). */
  readonly eportDataAuthorised: boolean;
  /** ISO 8601 UTC instant from which the entry holds, until the next one begins. */
  readonly effectiveFrom: string;
}

interface ProfileFact {
  readonly companyId: string;
  readonly entry: CustomsProfileEntry;
}

/** The company's first customs profile was registered. */
export interface CustomsProfileRegistered extends ProfileFact {}

/** A further entry was added; it replaces an earlier one that begins at the same instant. */
export interface CustomsProfileChanged extends ProfileFact {}

/** Every fact of the streams `customsProfile-<companyId>`. */
export type CustomsProfileEvent = EventOf<{
  CustomsProfileRegistered: CustomsProfileRegistered;
  CustomsProfileChanged: CustomsProfileChanged;
}>;
