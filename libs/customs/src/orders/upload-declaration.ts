import { Command, type Decide } from '#event-sourcing';
import { Nested, UploadedFileInput } from '#platform';
import { requireAction } from './actions.js';
import { DeclarationFactsInput, factsOf } from './declaration-facts.js';
import { requireDeclarationNo } from './declaration-no.js';
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

export const uploadDeclaration: Decide<UploadDeclarationInput, CustomsOrder, CustomsOrderEvent> = ({ stated, file }, order, { now, actor }) => {
  requireAction('upload-declaration', order, actor);
  requireDeclarationNo(stated.declarationNo, 'stated.declarationNo', now);
  return [{ type: 'DeclarationUploaded', data: { orderNo: order.orderNo, stated: factsOf(stated), file, uploadedAt: now.toISOString() } }];
};
