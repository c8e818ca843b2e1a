import { Command, type Bilingual, type Decide } from '#event-sourcing';
import { Nested, OneOf, Pattern, Text, WholeNumber } from '#platform';
import { checkDeclarationNo, type DeclarationNoProblem } from '#reference-data';
import { invalid } from '../profiles/refusals.js';
import { requireAction } from './actions.js';
import { DeclarationFactsInput, factsOf } from './declaration-facts.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

/** What evidence may be; its content has been checked to be it. */
export const DECLARATION_CONTENT_TYPES = ['application/pdf', 'image/png', 'image/jpeg', 'application/xml'] as const;

const SHA256 = { en: 'must be a SHA-256 in lower-case hex', zh: '必须是小写十六进制的 SHA-256' };

/** A file that has been checked and stored. */
export class DeclarationFileInput {
  @Text(1, 64)
  fileId!: string;

  @Text(1, 255)
  name!: string;

  @OneOf(DECLARATION_CONTENT_TYPES)
  contentType!: string;

  @WholeNumber(1, Number.MAX_SAFE_INTEGER)
  bytes!: number;

  @Pattern(/^[0-9a-f]{64}$/, SHA256)
  sha256!: string;
}

export class UploadDeclarationInput {
  @Nested(() => DeclarationFactsInput, { context: { rule: '9710-R25' } })
  stated!: DeclarationFactsInput;

  @Nested(() => DeclarationFileInput, { context: { rule: '9710-R25' } })
  file!: DeclarationFileInput;
}

/** The exporter uploads the export declaration (上传出口凭证); it is verified next (9710-R25, 9710-R55). */
export class UploadDeclaration extends Command<UploadDeclarationInput> {}

const NUMBER_PROBLEMS: Readonly<Record<DeclarationNoProblem, Bilingual>> = {
  shape: { en: 'must be 18 digits', zh: '报关单号必须是 18 位数字' },
  district: { en: 'begins with an unknown customs district', zh: '报关单号的关区代码不存在' },
  year: { en: 'holds an impossible year', zh: '报关单号的年份不正确' },
  'not-export': { en: 'is not the number of an export declaration', zh: '不是出口报关单号' },
};

export const uploadDeclaration: Decide<UploadDeclarationInput, CustomsOrder, CustomsOrderEvent> = ({ stated, file }, order, { now, actor }) => {
  requireAction('upload-declaration', order, actor);
  const number = checkDeclarationNo(stated.declarationNo, now);
  if (!number.ok) throw invalid('9710-R25', 'stated.declarationNo', NUMBER_PROBLEMS[number.problem]);
  return [{ type: 'DeclarationUploaded', data: { orderNo: order.orderNo, stated: factsOf(stated), file, uploadedAt: now.toISOString() } }];
};
