import type { Bilingual } from '#event-sourcing';

/**
 * The pledge that must be ticked to send (9710-R12). Two wordings are in use, for the company (我司) and for its agent (我); an order stores which one was
 * accepted (9710-C17). A text is never changed: a new wording is a new version.
 */
export const PLEDGE_TEXTS = {
  'company-1': {
    zh: '我司承诺：所填报的跨境电商订单数据与平台 B2B 订单数据完全一致，并对其真实性承担法律责任。',
    en: 'Our company pledges that the cross-border order data given here are fully identical with the B2B order on the platform, and bears legal liability for their truth.',
  },
  'person-1': {
    zh: '我承诺：所填报的跨境电商订单数据与平台 B2B 订单数据完全一致，并由公司对其真实性承担法律责任。',
    en: 'I pledge that the cross-border order data given here are fully identical with the B2B order on the platform, and that the company bears legal liability for their truth.',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type PledgeTextVersion = keyof typeof PLEDGE_TEXTS;

export const PLEDGE_TEXT_VERSIONS = Object.keys(PLEDGE_TEXTS) as PledgeTextVersion[];
