import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { CommandExecutor, EventLog, mayActFor, NotFound, streamName, type Actor, type Command, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { compileValidator, receiveUpload, type UploadedFile, type UploadedFiles } from '#platform';
import { tradeOrder } from '../../orders/order.js';
import type { BatchDeclarationSubmitted } from '../batch-events.js';
import { StatedDeclarationInput, SubmitBatchDeclaration } from '../submit-declaration.js';

/** The token under which the store of batches' declaration files is injected. */
export const BATCH_DECLARATION_FILES = Symbol('batch declaration files');

const check = compileValidator(StatedDeclarationInput);

/** Where the ordinary declarations of batches are handed in and out. */
@Injectable()
export class BatchDeclarationDesk {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(BATCH_DECLARATION_FILES) private readonly files: UploadedFiles,
  ) {}

  /** Stores the uploaded file and hands the declaration in; nothing of it is kept if that is refused (9710-R24). */
  async upload(request: FastifyRequest, orderNo: string, batchNo: number, envelope: CommandEnvelope): Promise<CommandResult> {
    await this.mustBeSeenBy(envelope.actor, orderNo);
    const owner = { ownerId: orderNo, companyId: envelope.companyId };
    return receiveUpload<StatedDeclarationInput>(request, { files: this.files, owner, check }, (stated, file) =>
      this.bus.execute<Command, CommandResult>(new SubmitBatchDeclaration(orderNo, { batchNo, stated, file }, envelope)),
    );
  }

  /** The file of the batch's newest declaration, for whoever may see the order. Throws `NotFound`. */
  async download(actor: Actor, orderNo: string, batchNo: number): Promise<{ readonly file: UploadedFile; readonly content: Readable }> {
    await this.mustBeSeenBy(actor, orderNo);
    const file = (await this.submittedFor(orderNo)).findLast((submitted) => submitted.batchNo === batchNo)?.file;
    const content = file && (await this.files.open({ ownerId: orderNo, fileId: file.fileId }));
    if (file === undefined || content === undefined) throw new NotFound('declaration', `${orderNo}/${batchNo}`);
    return { file, content };
  }

  /** Settles what uploads of ended processes have left behind before the instant; answers how many copies were removed. */
  sweep(before: Date): Promise<number> {
    return this.files.sweep(before, async (orderNo, fileId) => (await this.submittedFor(orderNo)).some(({ file }) => file.fileId === fileId));
  }

  /** Every declaration that was handed in for the order, the oldest first. */
  private async submittedFor(orderNo: string): Promise<readonly BatchDeclarationSubmitted[]> {
    const events = await this.log.readStream(streamName(tradeOrder.category, orderNo));
    return events.flatMap(({ type, data }) => (type === 'BatchDeclarationSubmitted' ? [data as BatchDeclarationSubmitted] : []));
  }

  private async mustBeSeenBy(actor: Actor, orderNo: string): Promise<void> {
    const order = await this.executor.read(tradeOrder, orderNo);
    if (order === undefined || !mayActFor(actor, order.owner)) throw new NotFound(tradeOrder.category, orderNo);
  }
}
