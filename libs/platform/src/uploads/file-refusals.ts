import { refusal, type Refusal } from '#event-sourcing';
import type { UploadContentType } from './upload-content-types.js';

/** How a file is refused, under the rule by which it is asked for. */
export interface FileRefusals {
  /** Not one of the accepted kinds of file, whatever its name says. */
  readonly notAnAcceptedKind: (found: string) => Refusal;
  /** The right kind, but cut off or not well-formed. */
  readonly damaged: (contentType: string, en: string, zh: string) => Refusal;
  /** No file, or a file of no bytes. */
  readonly missing: () => Refusal;
}

const NAMES: Readonly<Record<UploadContentType, string>> = { 'application/pdf': 'PDF', 'image/png': 'PNG', 'image/jpeg': 'JPEG', 'application/xml': 'XML', 'text/plain': 'UTF-8 text' };

/** `PDF, PNG or JPEG`. */
const listed = (accepted: readonly UploadContentType[], last: string, between: string): string => {
  const names = accepted.map((type) => NAMES[type]);
  return `${names.slice(0, -1).join(between)}${last}${names.at(-1) ?? ''}`;
};

/** The refusals of files that are asked for by the rule and must be of one of the kinds. */
export const fileRefusals = (rule: string, accepted: readonly UploadContentType[]): FileRefusals => ({
  notAnAcceptedKind: (found) =>
    refusal(
      rule,
      {
        en: `only a ${listed(accepted, ' or ', ', ')} file is accepted; its content is looked at, not its name`,
        zh: `仅接受 ${listed(accepted, ' 或 ', '、')} 文件，按文件内容而非文件名判断`,
      },
      { kind: 'invalid', field: 'file', code: 'file-kind', facts: { found } },
    ),
  damaged: (contentType, en, zh) =>
    refusal(rule, { en: `the file is damaged: ${en}`, zh: `文件已损坏：${zh}` }, { kind: 'invalid', field: 'file', code: 'file-damaged', facts: { contentType } }),
  missing: () => refusal(rule, { en: 'the file is missing or empty', zh: '缺少文件或文件为空' }, { kind: 'invalid', field: 'file', code: 'required' }),
});
