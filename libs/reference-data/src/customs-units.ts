import type { Brand } from './brand.js';

/** Three-digit code of a unit of measure in customs messages (code list JGS-20). */
export type CustomsUnitCode = Brand<'CustomsUnitCode'>;

export interface CustomsUnit {
  readonly code: CustomsUnitCode;
  /** The name customs prints and exporters type, e.g. `个`. */
  readonly zh: string;
}

/** Code and name of each unit of JGS-20, as customs prints them. */
const JGS_20_UNITS = `
001台 002座 003辆 004艘 005架 006套 007个 008只 009头 010张 011件 012支 013枝 014根 015条 016把 017块 018卷 019副 020片
021组 022份 023幅 025双 026对 027棵 028株 029井 030米 031盘 032平方米 033立方米 034筒 035千克 036克 037盆 038万个 039具
040百副 041百支 042百把 043百个 044百片 045刀 046疋 047公担 048扇 049百枝 050千只 051千块 052千盒 053千枝 054千个 055亿支
056亿个 057万套 058千张 059万张 060千伏安 061千瓦 062千瓦时 063千升 067英尺 070吨 071长吨 072短吨 073司马担 074司马斤
075斤 076磅 077担 078英担 079短担 080两 081市担 083盎司 084克拉 085市尺 086码 088英寸 089寸 095升 096毫升 097英加仑
098美加仑 099立方英尺 101立方尺 110平方码 111平方英尺 112平方尺 115英制马力 116公制马力 118令 120箱 121批 122罐 123桶
124扎 125包 126箩 127打 128筐 129罗 130匹 131册 132本 133发 134枚 135捆 136袋 139粒 140盒 141合 142瓶 143千支 144万双
145万粒 146千粒 147千米 148千英尺 149百万贝可 163部 164亿株`;

export const CUSTOMS_UNITS: readonly CustomsUnit[] = JGS_20_UNITS.trim()
  .split(/\s+/)
  .map((entry) => ({ code: entry.slice(0, 3) as CustomsUnitCode, zh: entry.slice(3) }));

const byCode: ReadonlyMap<string, CustomsUnit> = new Map(CUSTOMS_UNITS.map((unit) => [unit.code, unit]));
const byName: ReadonlyMap<string, CustomsUnit> = new Map(CUSTOMS_UNITS.map((unit) => [unit.zh, unit]));

/** The unit with this code (`007`); undefined if customs knows none. */
export const customsUnit = (code: string): CustomsUnit | undefined => byCode.get(code);

/** The unit with this Chinese name (`个`), as pasted from a spreadsheet; undefined if customs knows none. */
export const customsUnitByName = (zh: string): CustomsUnit | undefined => byName.get(zh);
