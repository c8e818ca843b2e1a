import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Command, NotFound, refusal, type Decide } from '#event-sourcing';
import { requireTradeAction } from './actions.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';

const DAY_MS = 86_400_000;

/** A token's form in a link: the order's number and 32 random bytes. */
const TOKEN = /^(\d{17})\.([\w-]{43})$/;

const hashOf = (token: string): string => hash('sha256', token, 'hex');

/** A token for a link to the order that nobody can guess. */
export const newShareToken = (orderNo: string): string => `${orderNo}.${randomBytes(32).toString('base64url')}`;

/** The order that the token is for; undefined for what is no token. */
export const orderNoOfToken = (token: string): string | undefined => TOKEN.exec(token)?.[1];

/** Whether the order can be seen by who has the token now: issued for it, not expired, not revoked (TA-R13). */
export const opensOrder = ({ links }: TradeOrder, token: string, now: Date): boolean => {
  const offered = Buffer.from(hashOf(token), 'hex');
  return links.some(({ tokenHash, expiresAt, revoked }) => timingSafeEqual(offered, Buffer.from(tokenHash, 'hex')) && !revoked && now < new Date(expiresAt));
};

interface IssuePayload {
  readonly token: string;
  readonly validDays: number;
}

/** Issues a link to the order for the buyer (TA-R13). Only the token's hash goes into the event, and a hash of the command into its metadata. */
export class IssueShareLink extends Command<IssuePayload> {}

export const issueShareLink: Decide<IssuePayload, TradeOrder, TradeOrderEvent> = ({ token, validDays }, order, { now, actor }) => {
  requireTradeAction('share-link', order, actor);
  const { orderNo, links } = order;
  const expiresAt = new Date(now.getTime() + validDays * DAY_MS).toISOString();
  return [{ type: 'ShareLinkIssued', data: { orderNo, linkId: String(links.length + 1), tokenHash: hashOf(token), expiresAt } }];
};

/** Takes a link back. */
export class RevokeShareLink extends Command<{ readonly linkId: string }> {}

export const revokeShareLink: Decide<{ readonly linkId: string }, TradeOrder, TradeOrderEvent> = ({ linkId }, { orderNo, links }, { actor }) => {
  if (!actor.roles.includes('exporter')) throw refusal('TA-R13', { en: 'the supplier revokes links', zh: '仅卖家可撤销链接' }, { kind: 'forbidden' });
  const link = links.find((candidate) => candidate.linkId === linkId);
  if (link === undefined) throw new NotFound('shareLink', `${orderNo}/${linkId}`);
  return link.revoked ? [] : [{ type: 'ShareLinkRevoked', data: { orderNo, linkId } }];
};
