import { WholeNumber } from '../validation/number-fields.js';
import { OneOf, Pattern, Text } from '../validation/text-fields.js';
import { UPLOAD_CONTENT_TYPES } from './upload-content-types.js';

const SHA256 = { en: 'must be a SHA-256 in lower-case hex', zh: '必须是小写十六进制的 SHA-256' };

/** A file that has been checked and stored, as commands carry it. */
export class UploadedFileInput {
  @Text(1, 64)
  fileId!: string;

  @Text(1, 255)
  name!: string;

  @OneOf(UPLOAD_CONTENT_TYPES)
  contentType!: string;

  @WholeNumber(1, Number.MAX_SAFE_INTEGER)
  bytes!: number;

  @Pattern(/^[0-9a-f]{64}$/, SHA256)
  sha256!: string;
}
