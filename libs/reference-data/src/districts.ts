import type { Brand } from './brand.js';

/** Four-digit customs district (关区代码): two digits for the regional customs, two for the office within it. */
export type DistrictCode = Brand<'DistrictCode'>;

export interface District {
  readonly code: DistrictCode;
  readonly zh: string;
}

/** The regional customs, and those offices under them that orders name; offices come and go too often for a closed list. */
const DISTRICT_NAMES = `
0000海关总署 0100北京海关 0101北京机场海关 0200天津海关 0400石家庄海关 0500太原海关 0600满洲里海关 0700呼和浩特海关 0800沈阳海关 0900大连海关
1500长春海关 1900哈尔滨海关 2200上海海关 2201浦江海关 2202吴淞海关 2203虹桥机场海关 2210浦东海关 2225外港海关 2233浦东机场海关
2248洋山海关 2300南京海关 2900杭州海关 3100宁波海关 3300合肥海关 3500福州海关 3700厦门海关 4000南昌海关 4200青岛海关
4300济南海关 4600郑州海关 4700武汉海关 4900长沙海关 5100广州海关 5200黄埔海关 5300深圳海关 5700拱北海关 6000汕头海关
6400海口海关 6700湛江海关 6800江门海关 7200南宁海关 7900成都海关 8000重庆海关 8300贵阳海关 8600昆明海关 8800拉萨海关
9000西安海关 9400乌鲁木齐海关 9500兰州海关 9600银川海关 9700西宁海关`;

export const DISTRICTS: readonly District[] = DISTRICT_NAMES.trim()
  .split(/\s+/)
  .map((entry) => ({ code: entry.slice(0, 4) as DistrictCode, zh: entry.slice(4) }));

const byCode: ReadonlyMap<string, District> = new Map(DISTRICTS.map((district) => [district.code, district]));

/** The district with exactly this code (`2200`); undefined if it is not listed. */
export const district = (code: string): District | undefined => byCode.get(code);

/** Four digits, but not those of the General Administration itself (`00..`), which clears no goods. */
const OFFICE_CODE = /^(?!00)\d{4}$/;

/** The regional customs a four-digit district code belongs to (`0202` is Tianjin's, `0200`); undefined if there is none. */
export const regionalCustoms = (code: string): District | undefined => (OFFICE_CODE.test(code) ? byCode.get(`${code.slice(0, 2)}00`) : undefined);
