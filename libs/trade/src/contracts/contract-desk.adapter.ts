import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { CommandExecutor, mayActFor, NotFound, refusal, StoreUnavailable, type Actor, type Command, type CommandEnvelope, type CommandResult, type CompanyId, type Refusal } from '#event-sourcing';
import { fileAlone, receiveUpload, type UploadedFile, type UploadedFiles } from '#platform';
import { isBuyerOf } from '../orders/buyer-access.js';
import { tradeOrder, type TradeOrder } from '../orders/order.js';
import { AttachContract } from './attach-contract.js';
import { searchContractWithin } from './contract-search.adapter.js';

/** The token under which the store of contracts is injected. */
export const CONTRACT_FILES = Symbol('contract files');

const refused = (code: string, en: string, zh: string): Refusal => refusal('TA-R6', { en, zh }, { kind: 'invalid', field: 'file', code });

/** Where contracts are handed in and out, by both parties (TA-R5). */
@Injectable()
export class ContractDesk {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(CONTRACT_FILES) private readonly files: UploadedFiles,
  ) {}

  /** Stores a contract, searches it, and attaches it; nothing of it is kept if that is refused (TA-R6). */
  async upload(request: FastifyRequest, orderNo: string, envelope: CommandEnvelope): Promise<CommandResult> {
    const { owner } = await this.orderFor(envelope.actor, orderNo);
    return receiveUpload(request, { files: this.files, owner: { ownerId: orderNo, companyId: owner }, check: fileAlone }, async (_, file) => {
      const searched = await this.search(orderNo, file);
      return this.bus.execute<Command, CommandResult>(new AttachContract(orderNo, { file, searched }, envelope));
    });
  }

  /** A contract's file, for both parties and the platform. Throws `NotFound`. */
  async download(actor: Actor, orderNo: string, fileId: string): Promise<{ readonly file: UploadedFile; readonly content: Readable }> {
    const { state } = await this.orderFor(actor, orderNo);
    const file = state.contracts.find((contract) => contract.file.fileId === fileId)?.file;
    const content = file && (await this.files.open({ ownerId: orderNo, fileId }));
    if (file === undefined || content === undefined) throw new NotFound('contract', `${orderNo}/${fileId}`);
    return { file, content };
  }

  /** Settles what uploads of ended processes have left behind before the instant; answers how many copies were removed. */
  sweep(before: Date): Promise<number> {
    const isAttached = async (orderNo: string, fileId: string): Promise<boolean> =>
      (await this.executor.read(tradeOrder, orderNo))?.state.contracts.some(({ file }) => file.fileId === fileId) === true;
    return this.files.sweep(before, isAttached);
  }

  /** Whether there was text to search. Throws `Refusal` where it names a collection account or is too large to be searched. */
  private async search(orderNo: string, { fileId, contentType }: UploadedFile): Promise<boolean> {
    const content = await this.files.open({ ownerId: orderNo, fileId });
    if (content === undefined) throw new StoreUnavailable('contracts', 1);
    const finding = await searchContractWithin(contentType, new Uint8Array(await buffer(content)));
    switch (finding) {
      case 'names-none':
        return true;
      case 'no-text':
        return false;
      case 'names-account':
        throw refused('contract-names-account', 'the contract names a collection account; the order gets its own after submission', '合同中不得含收款账号，订单提交后将生成专属收款账号');
      case 'too-large':
        throw refused('contract-too-large', 'the contract has too many pages, or takes too much time or memory to be searched', '合同页数过多，或检索所需时间或内存过多');
    }
  }

  private async orderFor(actor: Actor, orderNo: string): Promise<{ readonly owner: CompanyId; readonly state: TradeOrder }> {
    const order = await this.executor.read(tradeOrder, orderNo);
    if (order === undefined || !(mayActFor(actor, order.owner) || isBuyerOf(actor, order.state))) throw new NotFound(tradeOrder.category, orderNo);
    return order;
  }
}
