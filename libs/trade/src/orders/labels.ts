import type { Bilingual } from '#event-sourcing';
import type { ExportChannel, TransportMode } from './values.js';

/** Names of the export channels (TA-C1). */
export const EXPORT_CHANNEL_LABELS: Readonly<Record<ExportChannel, Bilingual>> = {
  AGENT: { en: 'agent export', zh: '一达通代理出口' },
  SELF_9710: { en: 'self export 9710', zh: '自营出口（9710）' },
  SELF_0110: { en: 'self export 0110', zh: '自营出口（0110）' },
};

/** Names of the transport modes (TA-R25, TA-C5). */
export const TRANSPORT_MODE_LABELS: Readonly<Record<TransportMode, Bilingual>> = {
  air: { en: 'air', zh: '空运' },
  land: { en: 'land', zh: '陆运' },
  sea: { en: 'sea', zh: '海运' },
  express: { en: 'express', zh: '快递' },
  rail: { en: 'rail', zh: '铁路' },
  multimodal: { en: 'multimodal', zh: '多式联运' },
};
