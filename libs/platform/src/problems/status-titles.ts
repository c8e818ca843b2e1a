import { STATUS_CODES } from 'node:http';
import type { Bilingual } from '#event-sourcing';

const CHINESE: Readonly<Record<number, string>> = {
  400: '请求有误',
  401: '未通过身份验证',
  403: '禁止访问',
  404: '未找到',
  405: '方法不允许',
  406: '无法接受',
  408: '请求超时',
  409: '状态冲突',
  412: '前提条件不满足',
  413: '内容过大',
  414: 'URI 过长',
  415: '不支持的媒体类型',
  422: '无法处理的内容',
  428: '需要前提条件',
  429: '请求过多',
  431: '请求头过大',
  500: '服务器内部错误',
  503: '服务暂不可用',
};

/** The name of an HTTP status in both languages. */
export const titleOf = (status: number): Bilingual => ({ en: STATUS_CODES[status] ?? 'Error', zh: CHINESE[status] ?? '错误' });
