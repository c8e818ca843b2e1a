import type { Bilingual } from '#event-sourcing';
import type { ExportChannel } from './values.js';

/** A text that is ticked; never changed: a new wording is a new version. */
export interface TickedText {
  readonly version: string;
  readonly text: Bilingual;
}

/** 信用保證條款: ticked for protected orders only (TA-R8, TA-C2). */
export const GUARANTEE_TERMS: TickedText = {
  version: 'guarantee-1',
  text: { zh: '我已阅读并同意信用保障服务条款。', en: 'I have read and accept the terms of the trade-assurance guarantee.' },
};

/** "Aware that the order must be exported …": always ticked (TA-R12); through what depends on the order's export channel (TA-C1). */
export const EXPORT_ACKNOWLEDGEMENTS: Readonly<Record<ExportChannel, TickedText>> = {
  AGENT: { version: 'export-agent-1', text: { zh: '我已知悉该订单必须通过一达通出口。', en: 'I am aware that the order must be exported through the export service.' } },
  SELF_9710: { version: 'export-9710-1', text: { zh: '我已知悉该订单必须以自营出口（9710）方式出口并关联。', en: 'I am aware that the order must be exported as self export 9710 and linked.' } },
  SELF_0110: { version: 'export-0110-1', text: { zh: '我已知悉该订单必须以自营出口（0110）方式出口并关联。', en: 'I am aware that the order must be exported as self export 0110 and linked.' } },
};
