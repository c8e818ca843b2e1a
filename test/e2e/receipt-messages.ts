import { randomUUID } from 'node:crypto';

const CEB = 'http://www.chinaport.gov.cn/ceb';

/** Beijing time of now, as receipts print it. */
const now = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 17);

/** A CEB304 message about orders, each with a status; two of the same guid and time are the same receipt. */
export const ceb304 = (orderNo: string, returnStatus: string, { guid = randomUUID(), returnTime = now(), returnInfo = '' } = {}): string =>
  `<?xml version="1.0" encoding="UTF-8"?><ceb:CEB304Message xmlns:ceb="${CEB}" guid="${randomUUID()}" version="1.0"><ceb:OrderReturn>` +
  `<ceb:guid>${guid}</ceb:guid><ceb:ebpCode>3301960000</ceb:ebpCode><ceb:ebcCode>123456789X</ceb:ebcCode><ceb:orderNo>${orderNo}</ceb:orderNo>` +
  `<ceb:returnStatus>${returnStatus}</ceb:returnStatus><ceb:returnTime>${returnTime}</ceb:returnTime><ceb:returnInfo>${returnInfo}</ceb:returnInfo>` +
  `</ceb:OrderReturn></ceb:CEB304Message>`;

/** A CEB900 message: the format of the message of this id was wrong. */
export const ceb900 = (oriCopMsgId: string, returnInfo = 'XML格式错误'): string =>
  `<?xml version="1.0" encoding="UTF-8"?><CEB900Message xmlns="${CEB}"><MessageReturn><guid>${randomUUID()}</guid><returnStatus>-2</returnStatus>` +
  `<returnInfo>${returnInfo}</returnInfo><returnTime>${now()}</returnTime><oriCopMsgId>${oriCopMsgId}</oriCopMsgId></MessageReturn></CEB900Message>`;

/** Whether a DxpMsg that was sent holds the order. */
export const messageNames = (dxpMsg: string, orderNo: string): boolean => businessMessageOf(dxpMsg).includes(`<ceb:orderNo>${orderNo}</ceb:orderNo>`);

/** The business message inside a DxpMsg. */
export const businessMessageOf = (dxpMsg: string): string => Buffer.from(/<dxp:Data>([^<]*)</.exec(dxpMsg)?.[1] ?? '', 'base64').toString('utf8');
