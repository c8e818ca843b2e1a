import type { Brand } from './brand.js';

/** Four-digit code of how customs supervises a consignment (监管方式). */
export type SupervisionModeCode = Brand<'SupervisionModeCode'>;

export interface SupervisionMode {
  readonly code: SupervisionModeCode;
  readonly zh: string;
  readonly en: string;
}

const modeOf = (code: string, zh: string, en: string): SupervisionMode => ({ code: code as SupervisionModeCode, zh, en });

/** 跨境电商 B2B 直接出口 (customs announcement 75 of 2020). */
export const CROSS_BORDER_B2B_EXPORT = modeOf('9710', '跨境电商 B2B 直接出口', 'cross-border e-commerce B2B direct export');

export const SUPERVISION_MODES: readonly SupervisionMode[] = [
  modeOf('0110', '一般贸易', 'general trade'),
  modeOf('0130', '易货贸易', 'barter trade'),
  modeOf('0214', '来料加工', 'processing with supplied materials'),
  modeOf('0615', '进料对口', 'processing with imported materials'),
  modeOf('1039', '市场采购', 'market purchase'),
  modeOf('1210', '保税电商', 'bonded e-commerce'),
  modeOf('1239', '保税电商A', 'bonded e-commerce A'),
  modeOf('3010', '货样广告品', 'samples and advertising goods'),
  modeOf('9610', '电子商务', 'e-commerce B2C'),
  CROSS_BORDER_B2B_EXPORT,
  modeOf('9810', '跨境电商出口海外仓', 'export to an overseas warehouse'),
  modeOf('9900', '其他', 'other'),
];

const byCode: ReadonlyMap<string, SupervisionMode> = new Map(SUPERVISION_MODES.map((mode) => [mode.code, mode]));

/** The supervision mode with this code (`9710`); undefined if unknown. */
export const supervisionMode = (code: string): SupervisionMode | undefined => byCode.get(code);
