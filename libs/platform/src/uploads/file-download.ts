import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { attachment } from './file-name.js';
import type { UploadedFile } from './receive-upload.js';

/** The answer that hands a file out, to be saved and never to be shown by a browser in our name. */
export const fileDownload = (reply: FastifyReply, file: Pick<UploadedFile, 'name' | 'bytes'> & { readonly contentType: string }, content: Readable): StreamableFile => {
  void reply.headers({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" });
  return new StreamableFile(content, { type: file.contentType, disposition: attachment(file.name), length: file.bytes });
};
