import type { Bilingual } from '#event-sourcing';

/** Says what a constraint asks for; gets the constraint's arguments (`@Max(9)` → `[9]`). */
export type ConstraintText = (constraints: readonly unknown[]) => Bilingual;

const fixed = (en: string, zh: string): ConstraintText => () => ({ en, zh });
const list = (values: unknown): string => (Array.isArray(values) ? values : Object.values(values ?? {})).map(String).join(', ');

/** Texts of the class-validator constraints in use, by constraint name. Our own constraints add theirs when they are declared. */
const texts = new Map<string, ConstraintText>(
  Object.entries({
    isDefined: fixed('is required', '必填'),
    isNotEmpty: fixed('must not be empty', '不能为空'),
    isString: fixed('must be a string', '必须是字符串'),
    isBoolean: fixed('must be true or false', '必须是 true 或 false'),
    isInt: fixed('must be a whole number', '必须是整数'),
    isNumber: fixed('must be a number', '必须是数字'),
    isPositive: fixed('must be more than 0', '必须大于 0'),
    isArray: fixed('must be a list', '必须是列表'),
    isObject: fixed('must be an object', '必须是对象'),
    nestedValidation: fixed('must be an object', '必须是对象'),
    isUuid: fixed('must be a UUID', '必须是 UUID'),
    isEmail: fixed('must be an e-mail address', '必须是电子邮件地址'),
    isIso8601: fixed('must be an ISO 8601 date', '必须是 ISO 8601 日期'),
    arrayUnique: fixed('must not hold the same value twice', '不能有重复的值'),
    min: ([min]) => ({ en: `must be at least ${String(min)}`, zh: `不能小于 ${String(min)}` }),
    max: ([max]) => ({ en: `must be at most ${String(max)}`, zh: `不能大于 ${String(max)}` }),
    minLength: ([min]) => ({ en: `must have at least ${String(min)} characters`, zh: `不能少于 ${String(min)} 个字符` }),
    maxLength: ([max]) => ({ en: `must have at most ${String(max)} characters`, zh: `不能超过 ${String(max)} 个字符` }),
    isLength: ([min, max]) => ({ en: `must have ${String(min)} to ${String(max)} characters`, zh: `必须是 ${String(min)} 至 ${String(max)} 个字符` }),
    matches: ([pattern]) => ({ en: `must match ${String(pattern)}`, zh: `必须符合格式 ${String(pattern)}` }),
    isIn: ([values]) => ({ en: `must be one of ${list(values)}`, zh: `必须是以下之一：${list(values)}` }),
    isEnum: ([values]) => ({ en: `must be one of ${list(values)}`, zh: `必须是以下之一：${list(values)}` }),
    arrayMinSize: ([min]) => ({ en: `must have at least ${String(min)} entries`, zh: `不能少于 ${String(min)} 项` }),
    arrayMaxSize: ([max]) => ({ en: `must have at most ${String(max)} entries`, zh: `不能超过 ${String(max)} 项` }),
  }),
);

/** The text of a constraint, or undefined for one that has none in both languages. */
export const constraintText = (name: string): ConstraintText | undefined => texts.get(name);

/** Gives a constraint its text. Throws if the name is taken: a verdict must not be explained by another's text. */
export const registerConstraintText = (name: string, text: ConstraintText): void => {
  if (texts.has(name)) throw new Error(`the constraint ${name} has a text already`);
  texts.set(name, text);
};

export const REQUIRED: Bilingual = { en: 'is required', zh: '必填' };
export const UNKNOWN_FIELD: Bilingual = { en: 'is not a known field', zh: '未知字段' };
export const NOT_AN_OBJECT: Bilingual = { en: 'must be an object', zh: '必须是对象' };
