import { Command, type Bilingual, type Decide } from '#event-sourcing';
import { Nested, UploadedFileInput } from '#platform';
import { checkDeclarationNo, type DeclarationNoProblem } from '#reference-data';
import { invalid } from '../profiles/refusals.js';
import { requireAction } from './actions.js';
import { DeclarationFactsInput, factsOf } from './declaration-facts.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

export class UploadDeclarationInput {
  @Nested(() => DeclarationFactsInput, { context: { rule: '9710-R25' } })
  stated!: DeclarationFactsInput;

  @Nested(() => UploadedFileInput, { context: { rule: '9710-R25' } })
  file!: UploadedFileInput;
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
