import { Body, Controller, Delete, Get, Header, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFound, type CommandEnvelope, type CommandResult, type CompanyId, type Role } from '#event-sourcing';
import { Allow, answerCommand, Envelope, Optional, Pattern, scopeOfRequest, WholeNumber } from '#platform';
import { ApiKeyRecords, type ApiKeyDescription } from './api-key-records.js';
import { ApiKeys } from './api-keys.js';
import { NewApiKey } from './issue-api-key.js';

const KEY_ID = /^[0-9a-f]{20}$/;
const KEY_ID_TEXT = { en: 'must be the id of an API key', zh: '必须是 API 密钥编号' };

/** How keys are listed. */
class ApiKeyPage {
  @Optional() @WholeNumber(1, 200) declare limit?: number;
  /** The last id of the page before. */
  @Optional() @Pattern(KEY_ID, KEY_ID_TEXT) declare after?: string;
}

/** A key as it is shown; `key` only in the answer to the request that issued it. */
interface ApiKeyAnswer extends Pick<CommandResult, 'revision' | 'position'> {
  readonly id: string;
  readonly companyId: CompanyId;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly key?: string;
}

/** API keys of the caller's company; operations work on any company's by `X-Company-Id`. */
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    @Inject(ApiKeys) private readonly keys: ApiKeys,
    @Inject(ApiKeyRecords) private readonly records: ApiKeyRecords,
  ) {}

  /** Issues a key: 201, with the key in it, which is shown this once. */
  @Post()
  @Allow('exporter', 'ops')
  @Header('cache-control', 'no-store')
  async issue(@Body() input: NewApiKey, @Envelope() envelope: CommandEnvelope, @Res({ passthrough: true }) reply: FastifyReply): Promise<ApiKeyAnswer> {
    const { result, key } = await this.keys.issue(input, envelope);
    const { id, revision, position } = answerCommand(reply, result);
    return { id, companyId: envelope.companyId, name: input.name, roles: input.roles, revision, position, ...(key !== undefined && { key }) };
  }

  /** Keys by id, also revoked ones; never a secret. `next` is given if there may be more. */
  @Get()
  @Allow('exporter', 'ops', 'auditor')
  async list(@Query() { limit = 50, after }: ApiKeyPage, @Req() request: FastifyRequest): Promise<{ items: readonly object[]; next?: string }> {
    const found = await this.records.list(scopeOfRequest(request), limit, after);
    const next = found.length === limit ? found.at(-1)?._id : undefined;
    return { items: found.map(shown), ...(next !== undefined && { next }) };
  }

  /** Revokes a key for good; obeyed everywhere within two seconds. */
  @Delete(':keyId')
  @Allow('exporter', 'ops')
  async revoke(@Param('keyId') keyId: string, @Envelope() envelope: CommandEnvelope, @Res({ passthrough: true }) reply: FastifyReply): Promise<CommandResult> {
    if (!KEY_ID.test(keyId)) throw new NotFound('API key', keyId);
    return answerCommand(reply, await this.keys.revoke(keyId, envelope));
  }
}

const shown = ({ _id, ...description }: ApiKeyDescription): object => ({ id: _id, ...description });
