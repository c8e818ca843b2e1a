import type { Readable } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import { Inject, Injectable, PayloadTooLargeException } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import {
  CommandExecutor,
  CommandKeyReused,
  EventLog,
  mayActFor,
  NotFound,
  Refusal,
  Refusals,
  RevisionConflict,
  streamName,
  type Actor,
  type Command,
  type CommandEnvelope,
  type CommandResult,
} from '#event-sourcing';
import { customsOrder, type CustomsOrder } from '../orders/order.js';
import { UploadDeclaration } from '../orders/upload-declaration.js';
import type { DeclarationFile } from '../orders/values.js';
import { DeclarationFiles, type StoredCopy } from './declaration-files.js';
import { safeFileName } from './file-name.js';
import { readUploadForm } from './upload-form.js';

/** Whether the answer is final: then nothing was written, and the copy of the file is of no use. Otherwise the log may speak of it after all. */
const isFinal = (error: unknown): boolean =>
  error instanceof Refusal || error instanceof Refusals || error instanceof NotFound || error instanceof RevisionConflict || error instanceof CommandKeyReused;

/** The file as it arrives. Throws `PayloadTooLargeException` (413) where the server cut it off at its limit. */
async function* whole({ file }: MultipartFile): AsyncGenerator<Buffer> {
  yield* file as AsyncIterable<Buffer>;
  if (file.truncated) throw new PayloadTooLargeException('the declaration file is too large');
}

/** Where declarations are handed in and out. */
@Injectable()
export class DeclarationDesk {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(DeclarationFiles) private readonly files: DeclarationFiles,
  ) {}

  /** Stores the uploaded file and hands the declaration in; nothing of it is kept if that is refused (9710-R25). */
  async upload(request: FastifyRequest, orderNo: string, envelope: CommandEnvelope): Promise<CommandResult> {
    await this.orderFor(envelope.actor, orderNo);
    const store = async (file: MultipartFile): Promise<StoredCopy & { readonly name: string }> => ({
      ...(await this.files.store(whole(file), { orderNo, companyId: envelope.companyId })),
      name: safeFileName(file.filename),
    });
    const { stated, stored } = await readUploadForm(request, store, ({ copy }) => this.files.discard(copy));
    const { copy, ...file } = stored;
    try {
      const result = await this.bus.execute<Command, CommandResult>(new UploadDeclaration(orderNo, { stated, file }, envelope));
      // The copy of the first time is there already.
      await (result.repeated ? this.files.discard(copy) : this.files.keep(copy));
      return result;
    } catch (error) {
      if (isFinal(error)) await this.files.discard(copy);
      throw error;
    }
  }

  /** The file of the order's newest declaration, for whoever may see the order. Throws `NotFound`. */
  async download(actor: Actor, orderNo: string): Promise<{ readonly file: DeclarationFile; readonly content: Readable }> {
    await this.orderFor(actor, orderNo);
    const file = (await this.filesOf(orderNo)).at(-1);
    const content = file && (await this.files.open({ orderNo, fileId: file.fileId }));
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
