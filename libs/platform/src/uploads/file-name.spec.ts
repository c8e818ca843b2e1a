import { describe, expect, it } from '@jest/globals';
import { attachment, safeFileName } from './file-name.js';

describe('the name of an uploaded file', () => {
  it.each([
    ['报关单 2022.pdf', '报关单 2022.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.pdf', 'a.pdf'],
    ['..', 'file'],
    ['', 'file'],
    ['.htaccess', 'htaccess'],
    ['a\r\nSet-Cookie: x.pdf', 'aSet-Cookie x.pdf'],
    ['a\u0000b.pdf', 'ab.pdf'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\uD800.pdf', 'a.pdf'],
  ])('%j is kept as %j', (given, kept) => {
    expect(safeFileName(given)).toBe(kept);
  });

  it('is cut to 120 characters without losing its ending or half a character', () => {
    const name = safeFileName(`${'𠮷'.repeat(300)}.pdf`);
    expect([...name]).toHaveLength(120);
    expect(name.endsWith('𠮷.pdf')).toBe(true);
  });

  it('is offered for download in a header of ASCII', () => {
    expect(attachment('报关单"1".pdf')).toBe(`attachment; filename="____1_.pdf"; filename*=UTF-8''%E6%8A%A5%E5%85%B3%E5%8D%95%221%22.pdf`);
  });
});
