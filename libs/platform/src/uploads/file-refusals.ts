import { refusal, type Refusal } from '#event-sourcing';

/** How a file is refused, under the rule by which it is asked for. */
export interface FileRefusals {
  /** Not one of the accepted kinds of file, whatever its name says. */
  readonly notAnAcceptedKind: (found: string) => Refusal;
  /** The right kind, but cut off or not well-formed. */
  readonly damaged: (contentType: string, en: string, zh: string) => Refusal;
  /** No file, or a file of no bytes. */
  readonly missing: () => Refusal;
}

/** The refusals of files that are asked for by the rule. */
export const fileRefusals = (rule: string): FileRefusals => ({
  notAnAcceptedKind: (found) =>
    refusal(
      rule,
      { en: 'only a PDF, PNG, JPEG or XML file is accepted; its content is looked at, not its name', zh: '仅接受 PDF、PNG、JPEG 或 XML 文件，按文件内容而非文件名判断' },
      { kind: 'invalid', field: 'file', code: 'file-kind', facts: { found } },
    ),
  damaged: (contentType, en, zh) =>
    refusal(rule, { en: `the file is damaged: ${en}`, zh: `文件已损坏：${zh}` }, { kind: 'invalid', field: 'file', code: 'file-damaged', facts: { contentType } }),
  missing: () => refusal(rule, { en: 'the file is missing or empty', zh: '缺少文件或文件为空' }, { kind: 'invalid', field: 'file', code: 'required' }),
});
