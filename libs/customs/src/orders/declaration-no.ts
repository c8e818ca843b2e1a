import { invalid } from '#event-sourcing';
import { checkDeclarationNo, DECLARATION_NO_PROBLEM_TEXTS } from '#reference-data';

/** Goes on if it is the number of an export declaration. Throws the `Refusal` that names the field. */
export const requireDeclarationNo = (declarationNo: string, field: string, now: Date): void => {
  const number = checkDeclarationNo(declarationNo, now);
  if (!number.ok) throw invalid('9710-R25', field, DECLARATION_NO_PROBLEM_TEXTS[number.problem]);
};
