import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { CommandExecutor, EventLog, mayActFor, NotFound, streamName, type Actor, type Command, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { compileValidator, receiveUpload, type UploadedFiles } from '#platform';
import { DeclarationFactsInput } from '../orders/declaration-facts.js';
import { customsOrder, type CustomsOrder } from '../orders/order.js';
import { UploadDeclaration } from '../orders/upload-declaration.js';
import type { DeclarationFile } from '../orders/values.js';

/** The token under which the store of declaration files is injected. */
export const DECLARATION_FILES = Symbol('declaration files');

const check = compileValidator(DeclarationFactsInput);

/** Where declarations are handed in and out. */
@Injectable()
export class DeclarationDesk {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(DECLARATION_FILES) private readonly files: UploadedFiles,
  ) {}

  /** Stores the uploaded file and hands the declaration in; nothing of it is kept if that is refused (9710-R25). */
  async upload(request: FastifyRequest, orderNo: string, envelope: CommandEnvelope): Promise<CommandResult> {
    await this.orderFor(envelope.actor, orderNo);
    const owner = { ownerId: orderNo, companyId: envelope.companyId };
    return receiveUpload<DeclarationFactsInput>(request, { files: this.files, owner, check }, (stated, file) =>
      this.bus.execute<Command, CommandResult>(new UploadDeclaration(orderNo, { stated, file }, envelope)),
    );
  }

  /** The file of the order's newest declaration, for whoever may see the order. Throws `NotFound`. */
  async download(actor: Actor, orderNo: string): Promise<{ readonly file: DeclarationFile; readonly content: Readable }> {
    await this.orderFor(actor, orderNo);
    const file = (await this.filesOf(orderNo)).at(-1);
    const content = file && (await this.files.open({ ownerId: orderNo, fileId: file.fileId }));
    if (file === undefined || content === undefined) throw new NotFound('declaration', orderNo);
    return { file, content };
  }

  /** Settles what uploads of ended processes have left behind before the instant; answers how many copies were removed. */
  sweep(before: Date): Promise<number> {
    return this.files.sweep(before, async (orderNo, fileId) => (await this.filesOf(orderNo)).some((file) => file.fileId === fileId));
  }

  /** Every declaration file that the log speaks of, the oldest first. */
  private async filesOf(orderNo: string): Promise<readonly DeclarationFile[]> {
    const events = await this.log.readStream(streamName(customsOrder.category, orderNo));
    return events.flatMap(({ type, data }) => (type === 'DeclarationUploaded' ? [(data as { readonly file: DeclarationFile }).file] : []));
  }

  private async orderFor(actor: Actor, orderNo: string): Promise<CustomsOrder> {
    const order = await this.executor.read(customsOrder, orderNo);
    if (order === undefined || !mayActFor(actor, order.owner)) throw new NotFound(customsOrder.category, orderNo);
    return order.state;
  }
}
