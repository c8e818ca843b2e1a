import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { companyId, mayActFor, seesAllCompanies, type Actor, type CommandEnvelope, type CompanyId } from '#event-sourcing';
import { badHeader, forbidden } from '../problems/http-problem.js';
import { actorOf } from './access.decorators.js';

const KEY = /^[\x21-\x7e]{1,128}$/;
const REVISION = /^"(\d{1,15})"$/;
const COMPANY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MAX_REASON = 500;
const MAX_USER_AGENT = 256;

/**
 * Under what a command of this request runs. Headers, all optional: `Idempotency-Key` (1–128 visible ASCII characters; drawn if absent), `If-Match`
 * (`"<revision>"`, the ETag that was read; `*` asks for nothing), `X-Company-Id` (another company, for roles that work across companies), `X-Reason`
 * (why, at most 500 characters, percent-encoded UTF-8 since headers are ASCII). Throws `badHeader` (400) and `forbidden` (403).
 */
export const envelopeOf = (request: FastifyRequest): CommandEnvelope => {
  const actor = actorOf(request);
  const expectedRevision = expectedRevisionOf(header(request, 'if-match'));
  const reason = reasonOf(header(request, 'x-reason'));
  const userAgent = header(request, 'user-agent')?.slice(0, MAX_USER_AGENT);
  return {
    commandId: commandIdOf(header(request, 'idempotency-key')),
    actor,
    companyId: companyOf(actor, header(request, 'x-company-id')),
    correlationId: request.id,
    origin: { via: 'http', address: request.ip, ...(userAgent !== undefined && { userAgent }) },
    ...(expectedRevision !== undefined && { expectedRevision }),
    ...(reason !== undefined && { reason }),
  };
};

/** Parameter decorator: the `CommandEnvelope` of the request; see `envelopeOf`. */
export const Envelope = createParamDecorator((_: unknown, context: ExecutionContext): CommandEnvelope => envelopeOf(context.switchToHttp().getRequest<FastifyRequest>()));

/** The company a request is about: the caller's own, or the one in `X-Company-Id` for roles that work across companies. Throws as `envelopeOf`. */
export const companyOfRequest = (request: FastifyRequest): CompanyId => companyOf(actorOf(request), header(request, 'x-company-id'));

/** Whose data a query shows: as `companyOfRequest`, but undefined (every company) for roles that work across companies and name none. */
export const scopeOfRequest = (request: FastifyRequest): CompanyId | undefined =>
  header(request, 'x-company-id') === undefined && seesAllCompanies(actorOf(request)) ? undefined : companyOfRequest(request);

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

const commandIdOf = (key: string | undefined): string => {
  if (key === undefined) return randomUUID();
  if (!KEY.test(key)) throw badHeader('Idempotency-Key', { en: 'must be 1 to 128 visible ASCII characters', zh: '必须是 1 至 128 个可见 ASCII 字符' });
  return key;
};

const expectedRevisionOf = (ifMatch: string | undefined): number | undefined => {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const revision = REVISION.exec(ifMatch)?.[1];
  if (revision === undefined) throw badHeader('If-Match', { en: 'must be one ETag such as "4"', zh: '必须是一个 ETag，例如 "4"' });
  return Number(revision);
};

const companyOf = (actor: Actor, named: string | undefined): CompanyId => {
  if (named === undefined) return actor.companyId;
  if (!COMPANY.test(named)) throw badHeader('X-Company-Id', { en: 'is not a company id', zh: '不是有效的公司编号' });
  const company = companyId(named);
  if (!mayActFor(actor, company)) throw forbidden();
  return company;
};

const reasonOf = (encoded: string | undefined): string | undefined => {
  if (encoded === undefined) return undefined;
  const reason = decoded(encoded)?.trim();
  if (reason === undefined || reason === '' || reason.length > MAX_REASON || /[\p{Cc}\p{Cs}]/u.test(reason)) {
    throw badHeader('X-Reason', { en: `must be 1 to ${MAX_REASON} characters of percent-encoded text`, zh: `必须是 1 至 ${MAX_REASON} 个字符的百分号编码文本` });
  }
  return reason;
};

const decoded = (encoded: string): string | undefined => {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
};
