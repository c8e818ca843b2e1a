import { GridFSBucket, ObjectId, type Collection, type Db, type GridFSBucketWriteStream } from 'mongodb';
import type { Readable } from 'node:stream';
import { v5 as uuidV5 } from 'uuid';
import type { CompanyId, Refusal } from '#event-sourcing';
import { FileInspection, type InspectedFile } from './file-inspection.js';
import { PAPER_CONTENT_TYPES, type UploadContentType } from './upload-content-types.js';
import { fileRefusals, type FileRefusals } from './file-refusals.js';

/** Namespace of the file ids that are derived from owner and content (a random UUID, fixed for ever). */
const FILE_ID_NAMESPACE = '0b9c7d1e-3a44-4f0e-8a5b-5e4f6d0c2a91';

/** One stored copy of a file, in GridFS. */
export interface StoredCopy extends InspectedFile {
  readonly copy: ObjectId;
  /** The same for the same content of the same owner, so that a repeated upload is the same command. */
  readonly fileId: string;
}

/** What a file belongs to, by an id of its bucket's own (an order's number), and whose that is. */
export interface FileOwner {
  readonly ownerId: string;
  readonly companyId: CompanyId;
}

/** A copy of which it is not settled yet whether the log speaks of it. */
interface PendingCopy extends FileOwner {
  readonly _id: ObjectId;
  readonly startedAt: Date;
}

/** A file's document as GridFS keeps it; `filename` is the owner's id, which GridFS indexes. */
interface FileDocument {
  readonly _id: ObjectId;
  readonly filename: string;
  readonly metadata: InspectedFile & { readonly fileId: string };
}

/** Uploaded files of one kind: a GridFS bucket, checked while they stream in. A copy is pending until the upload's command has been answered. */
export class UploadedFiles {
  private readonly accepts: readonly UploadContentType[];
  private readonly refusals: FileRefusals;
  private readonly bucket: GridFSBucket;
  private readonly files: Collection<FileDocument>;
  private readonly chunks: Collection<{ files_id: ObjectId }>;
  private readonly pending: Collection<PendingCopy>;

  /** `rule` is the one by which the files are asked for, and hence refused; `accepts` what they may be (default: papers). */
  constructor(db: Db, { bucket, rule, accepts = PAPER_CONTENT_TYPES }: { readonly bucket: string; readonly rule: string; readonly accepts?: readonly UploadContentType[] }) {
    this.accepts = accepts;
    this.refusals = fileRefusals(rule, accepts);
    this.bucket = new GridFSBucket(db, { bucketName: bucket });
    this.files = db.collection(`${bucket}.files`);
    this.chunks = db.collection(`${bucket}.chunks`);
    this.pending = db.collection(`${bucket}.pending`);
  }

  /**
   * Stores a file as a pending copy. Throws what `FileInspection` throws, the stream's own error, and the driver's; then nothing of it is kept.
   */
  async store(content: AsyncIterable<Buffer>, owner: FileOwner): Promise<StoredCopy> {
    const copy = new ObjectId();
    await this.pending.insertOne({ _id: copy, ...owner, startedAt: new Date() });
    const metadata: Record<string, unknown> = { ...owner };
    const upload = this.bucket.openUploadStreamWithId(copy, owner.ownerId, { metadata });
    // A failed write is reported by its own callback; the event alone would end the process.
    upload.on('error', () => undefined);
    try {
      const inspection = new FileInspection(this.refusals, this.accepts);
      for await (const chunk of content) {
        await inspection.take(chunk);
        await written(upload, chunk);
      }
      const inspected = await inspection.conclude();
      const fileId = uuidV5(`${owner.ownerId}\n${inspected.sha256}`, FILE_ID_NAMESPACE);
      // The driver writes the file's document, metadata included, when the stream ends.
      Object.assign(metadata, { fileId, ...inspected });
      await ended(upload);
      return { copy, fileId, ...inspected };
    } catch (error) {
      // If the store is away, the copy stays pending and the sweep removes it.
      await this.discard(copy).catch(() => undefined);
      throw error;
    }
  }

  /** The refusal of an upload without a file. */
  missing(): Refusal {
    return this.refusals.missing();
  }

  /** The log speaks of the copy: it stays for ever. */
  async keep(copy: ObjectId): Promise<void> {
    await this.pending.deleteOne({ _id: copy });
  }

  /** Removes a copy, whole or half-written. */
  async discard(copy: ObjectId): Promise<void> {
    await this.files.deleteOne({ _id: copy });
    await this.chunks.deleteMany({ files_id: copy });
    await this.pending.deleteOne({ _id: copy });
  }

  /** The content of a file; undefined if there is no copy of it. */
  async open({ ownerId, fileId }: { readonly ownerId: string; readonly fileId: string }): Promise<Readable | undefined> {
    const file = await this.files.findOne({ filename: ownerId, 'metadata.fileId': fileId });
    return file === null ? undefined : this.bucket.openDownloadStream(file._id);
  }

  /**
   * Settles copies that an ended process left pending before the given instant: those that the log speaks of are kept, the others removed.
   * Answers how many were removed.
   */
  async sweep(before: Date, isKnown: (ownerId: string, fileId: string) => Promise<boolean>): Promise<number> {
    let removed = 0;
    for await (const { _id: copy } of this.pending.find({ startedAt: { $lt: before } })) {
      const file = await this.files.findOne({ _id: copy });
      if (file !== null && (await isKnown(file.filename, file.metadata.fileId))) {
        await this.keep(copy);
      } else {
        await this.discard(copy);
        removed += 1;
      }
    }
    return removed;
  }
}

const written = (upload: GridFSBucketWriteStream, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    upload.write(chunk, (error) => (error ? reject(error) : resolve()));
  });

const ended = (upload: GridFSBucketWriteStream): Promise<void> =>
  new Promise((resolve, reject) => {
    upload.once('error', reject);
    upload.end(resolve);
  });
