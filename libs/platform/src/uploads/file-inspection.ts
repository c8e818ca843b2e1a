import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import type { FileRefusals } from './file-refusals.js';
import { PlainTextCheck } from './plain-text-check.js';
import { PAPER_CONTENT_TYPES, type UploadContentType } from './upload-content-types.js';
import { XmlCheck } from './xml-check.js';

/** What a file turned out to be. */
export interface InspectedFile {
  readonly contentType: UploadContentType;
  readonly bytes: number;
  /** SHA-256 of the content, lower-case hex. */
  readonly sha256: string;
}

/** As much of the beginning as `file-type` asks for. */
const HEAD_BYTES = 4100;
/** PDF readers look for the end mark in the last kilobyte; cameras put their trailers behind a JPEG's. */
const TAIL_BYTES = 1024;

const PDF_END = Buffer.from('%%EOF');
const JPEG_END = Buffer.from([0xff, 0xd9]);
/** The empty IEND chunk with its checksum. */
const PNG_END = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);

/**
 * Finds out what a file is while it streams by: its kind by content, its size, its hash. Both methods throw `Refusal` for what is not a whole file
 * of an accepted kind.
 */
export class FileInspection {
  private readonly hash = createHash('sha256');
  private head = Buffer.alloc(0);
  private tail = Buffer.alloc(0);
  private bytes = 0;
  private contentType: UploadContentType | undefined;
  private content: XmlCheck | PlainTextCheck | undefined;

  constructor(
    private readonly refusals: FileRefusals,
    private readonly accepted: readonly UploadContentType[] = PAPER_CONTENT_TYPES,
  ) {}

  /** Looks at the next piece. */
  async take(chunk: Buffer): Promise<void> {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    this.tail = Buffer.concat([this.tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    if (this.contentType !== undefined) {
      this.content?.write(chunk);
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length >= HEAD_BYTES) await this.recognise();
  }

  /** The verdict, once all of the file has been looked at. */
  async conclude(): Promise<InspectedFile> {
    if (this.bytes === 0) throw this.refusals.missing();
    const contentType = this.contentType ?? (await this.recognise());
    this.checkEnd(contentType);
    return { contentType, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  private checkEnd(contentType: UploadContentType): void {
    switch (contentType) {
      case 'application/pdf':
        if (!this.tail.includes(PDF_END)) throw this.refusals.damaged(contentType, 'the end of the PDF is missing', 'PDF 文件缺少结尾');
        return;
      case 'image/png':
        if (!this.tail.subarray(-PNG_END.length).equals(PNG_END)) throw this.refusals.damaged(contentType, 'the end of the image is missing', '图片缺少结尾');
        return;
      case 'image/jpeg':
        if (!this.tail.includes(JPEG_END)) throw this.refusals.damaged(contentType, 'the end of the image is missing', '图片缺少结尾');
        return;
      case 'application/xml':
      case 'text/plain':
        this.content?.end();
    }
  }

  private async recognise(): Promise<UploadContentType> {
    // Text has no mark of its own: it is what nothing else is.
    const found = (await fileTypeFromBuffer(this.head))?.mime ?? (this.accepted.includes('text/plain') ? 'text/plain' : 'unknown');
    const contentType = this.accepted.find((accepted) => accepted === found);
    if (contentType === undefined) throw this.refusals.notAnAcceptedKind(found);
    if (contentType === 'application/xml') this.content = new XmlCheck(this.refusals);
    if (contentType === 'text/plain') this.content = new PlainTextCheck(this.refusals);
    this.content?.write(this.head);
    this.contentType = contentType;
    this.head = Buffer.alloc(0);
    return contentType;
  }
}
