import type { Brand } from './brand.js';
import { isUscc, type Uscc } from './uscc.js';

/** Ten-character code of an enterprise registered with customs (9710-R6). */
export type EnterpriseCode = Brand<'EnterpriseCode'>;

/** Region (4), economic zone (1), kind of enterprise (1), then a serial in which real codes carry letters: ten places, not ten digits (9710-C14). */
const ENTERPRISE_CODE = /^\d{6}[0-9A-Z]{4}$/;

/** Whether the text is a customs enterprise code as written on the registration: upper case, no blanks. It has no check digit. */
export const isEnterpriseCode = (text: string): text is EnterpriseCode => ENTERPRISE_CODE.test(text);

/** Whether the text names an enterprise in a CEB message: by its customs code or by its unified social credit code. */
export const isCustomsParty = (text: string): text is EnterpriseCode | Uscc => isEnterpriseCode(text) || isUscc(text);
