import { HttpException } from '@nestjs/common';
import { CommandKeyReused, NotFound, Refusal, Refusals, RevisionConflict, StoreUnavailable, type Bilingual, type RefusalKind } from '#event-sourcing';
import { storeFailureOf } from '../mongo/store-failure.js';
import { HttpProblem } from './http-problem.js';
import type { Problem } from './problem-document.js';
import { titleOf } from './status-titles.js';

const STATUS_OF_REFUSAL: Readonly<Record<RefusalKind, number>> = { conflict: 409, invalid: 422, forbidden: 403, 'not-found': 404, 'too-early': 429 };

/** What an error means to a caller who did (`conditional`) or did not send `If-Match`; undefined for one that nobody foresaw, a fault of ours. */
export const problemOf = (thrown: unknown, conditional = false): Problem | undefined => {
  const error = storeFailureOf(thrown) ?? thrown;
  if (error instanceof Refusal) return ofRefusal(error);
  if (error instanceof Refusals) return ofRefusals(error);
  if (error instanceof HttpProblem) return { ...error.details, status: error.status, code: error.code, text: error.text };
  if (error instanceof RevisionConflict) return ofRevisionConflict(error, conditional);
  if (error instanceof CommandKeyReused) return { status: 422, code: 'idempotency-key-reused', text: KEY_REUSED };
  if (error instanceof NotFound) return { status: 404, code: 'not-found', text: { en: `no such ${error.what}`, zh: '未找到该对象' } };
  if (error instanceof StoreUnavailable) return ofStoreUnavailable(error);
  if (error instanceof HttpException) return ofHttpStatus(error.getStatus(), error.cause);
  return error instanceof Error ? ofServerError(error) : undefined;
};

/** The answer to a fault of ours: tells nothing of its inside. */
export const INTERNAL_ERROR: Problem = {
  status: 500,
  code: 'internal-error',
  text: { en: 'an error on our side; name the correlation id when you report it', zh: '服务器内部错误；反馈时请提供 correlationId' },
};

const KEY_REUSED: Bilingual = { en: 'the Idempotency-Key was used before for another request', zh: '该 Idempotency-Key 已用于另一个请求' };

const ofRefusal = (refusal: Refusal): Problem => {
  const { retryAfterSeconds, field, facts } = refusal.details;
  return {
    status: STATUS_OF_REFUSAL[refusal.kind],
    code: refusal.code,
    rule: refusal.rule,
    text: refusal.text,
    facts: { ...facts, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
    ...(field !== undefined && { errors: [{ field, code: refusal.code, rule: refusal.rule, message: refusal.text }] }),
  };
};

/** The first refusal gives status and text; all are listed. */
const ofRefusals = ({ refusals }: Refusals): Problem => ({
  ...ofRefusal(refusals[0]),
  errors: refusals.map(({ rule, code, text, details }) => ({ field: details.field ?? '', code, rule, message: text })),
});

/** A precondition that failed is a 412; without one, others kept changing the stream under the command, which may be sent again. */
const ofRevisionConflict = ({ expected, actual }: RevisionConflict, conditional: boolean): Problem => ({
  status: conditional ? 412 : 409,
  code: 'revision-conflict',
  text: { en: 'it was changed meanwhile; read it again', zh: '数据已被修改，请重新读取' },
  facts: { ...(conditional && { expectedRevision: expected }), ...(actual !== undefined && { actualRevision: actual }) },
  ...(actual !== undefined && { headers: { etag: `"${actual}"` } }),
});

const ofStoreUnavailable = ({ retryAfterSeconds }: Pick<StoreUnavailable, 'retryAfterSeconds'>): Problem => ({
  status: 503,
  code: 'store-unavailable',
  text: { en: 'temporarily not available, try again', zh: '服务暂不可用，请稍后重试' },
  headers: { 'retry-after': String(retryAfterSeconds) },
  facts: { retryAfterSeconds },
});

const OF_STATUS: Readonly<Record<number, Omit<Problem, 'status'>>> = {
  400: { code: 'malformed-request', text: { en: 'the request cannot be read', zh: '无法解析该请求' } },
  403: { code: 'forbidden', text: { en: 'not allowed', zh: '不允许此操作' } },
  404: { code: 'not-found', text: { en: 'there is nothing here', zh: '未找到' } },
  413: { code: 'body-too-large', text: { en: 'the body is too large', zh: '请求内容过大' } },
  414: { code: 'uri-too-long', text: { en: 'the address is too long', zh: '请求地址过长' } },
  415: { code: 'unsupported-media-type', text: { en: 'this Content-Type is not supported here', zh: '不支持该 Content-Type' } },
};

const JSON_ERRORS: ReadonlySet<string | undefined> = new Set(['FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY']);
const MALFORMED_JSON: Omit<Problem, 'status'> = { code: 'malformed-json', text: { en: 'the body is not valid JSON', zh: '请求内容不是有效的 JSON' } };

/** Errors of the HTTP server and its plugins carry their status; a handler that takes too long is a store that answers late. */
const ofServerError = (error: Error & { readonly statusCode?: unknown; readonly code?: string }): Problem | undefined => {
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') return ofStoreUnavailable({ retryAfterSeconds: 1 });
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? ofHttpStatus(error.statusCode, error) : undefined;
};

/** Errors of the framework (and only of it) come as statuses; their own texts are not for callers. */
const ofHttpStatus = (status: number, cause: unknown): Problem | undefined => {
  if (status >= 500) return undefined;
  const code = (cause as { code?: string } | undefined)?.code;
  if (JSON_ERRORS.has(code)) return { status, ...MALFORMED_JSON };
  return { status, ...(OF_STATUS[status] ?? { code: `http-${status}`, text: titleOf(status) }) };
};
