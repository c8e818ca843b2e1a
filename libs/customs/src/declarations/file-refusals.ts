import { refusal, type Refusal } from '#event-sourcing';

/** The rule under which a declaration is handed in, and hence refused (9710-R25). */
const RULE = '9710-R25';

/** Not one of the kinds of file that prove an export, whatever its name says. */
export const notAnAcceptedKind = (found: string): Refusal =>
  refusal(
    RULE,
    { en: 'only a PDF, PNG, JPEG or XML file is accepted; its content is looked at, not its name', zh: '仅接受 PDF、PNG、JPEG 或 XML 文件，按文件内容而非文件名判断' },
    { kind: 'invalid', field: 'file', code: 'file-kind', facts: { found } },
  );

/** The right kind, but cut off or not well-formed. */
export const damaged = (contentType: string, en: string, zh: string): Refusal =>
  refusal(RULE, { en: `the file is damaged: ${en}`, zh: `文件已损坏：${zh}` }, { kind: 'invalid', field: 'file', code: 'file-damaged', facts: { contentType } });

/** No file, or a file of no bytes. */
export const missingFile = (): Refusal =>
  refusal(RULE, { en: 'the declaration file is missing or empty', zh: '缺少报关单文件或文件为空' }, { kind: 'invalid', field: 'file', code: 'required' });
