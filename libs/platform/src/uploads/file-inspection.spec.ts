import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { fileRefusals } from './file-refusals.js';
import { FileInspection, type InspectedFile } from './file-inspection.js';
import { PAPER_CONTENT_TYPES } from './upload-content-types.js';
import { SAMPLES } from './samples.fixture.js';

/** Feeds the file in pieces, as a network does. */
const inspect = async (content: Buffer, pieceBytes = 7): Promise<InspectedFile> => {
  const inspection = new FileInspection(fileRefusals('9710-R25', PAPER_CONTENT_TYPES));
  for (let from = 0; from < content.length; from += pieceBytes) await inspection.take(content.subarray(from, from + pieceBytes));
  return inspection.conclude();
};

describe('the inspection of an uploaded file', () => {
  it.each([
    ['application/pdf', SAMPLES.pdf],
    ['image/png', SAMPLES.png],
    ['image/jpeg', SAMPLES.jpeg],
    ['application/xml', SAMPLES.xml],
  ] as const)('9710-R25 recognises %s by its content and hashes it', async (contentType, content) => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await inspect(content)).toEqual({ contentType, bytes: content.length, sha256 });
  });

  it.each([
    ['an EXE', SAMPLES.exe, 'file-kind'],
    ['plain text', Buffer.from('not a declaration'), 'file-kind'],
    ['a web page', SAMPLES.html, 'file-kind'],
    ['nothing', Buffer.alloc(0), 'required'],
    ['a PDF cut off', SAMPLES.pdf.subarray(0, 40), 'file-damaged'],
    ['a PNG cut off', SAMPLES.png.subarray(0, -12), 'file-damaged'],
    ['a JPEG cut off', SAMPLES.jpeg.subarray(0, -2), 'file-damaged'],
    ['a PDF with a program behind it', Buffer.concat([SAMPLES.pdf, SAMPLES.exe, Buffer.alloc(1024)]), 'file-damaged'],
    ['a PNG with a program behind it', Buffer.concat([SAMPLES.png, SAMPLES.exe]), 'file-damaged'],
    ['XML with an entity bomb', SAMPLES.entityBomb, 'file-damaged'],
    ['XML that is not well-formed', Buffer.from('<?xml version="1.0"?><a><b></a>'), 'file-damaged'],
    ['XML cut off', SAMPLES.xml.subarray(0, -9), 'file-damaged'],
    ['XML that is not UTF-8', Buffer.from('<?xml version="1.0" encoding="GBK"?><a>\xb1\xa8</a>', 'latin1'), 'file-damaged'],
    ['XML nested a thousand deep', Buffer.from(`<?xml version="1.0"?>${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`), 'file-damaged'],
  ])('9710-R25 refuses %s', async (_, content, code) => {
    await expect(inspect(content)).rejects.toMatchObject({ rule: '9710-R25', kind: 'invalid', code, details: { field: 'file' } });
  });

  it('gives the same verdict however the file is cut into pieces', async () => {
    const whole = await inspect(SAMPLES.xml, SAMPLES.xml.length);
    for (const pieceBytes of [1, 2, 3, 50]) expect(await inspect(SAMPLES.xml, pieceBytes)).toEqual(whole);
  });
});

describe('the inspection of a file that may be text', () => {
  const inspectText = async (content: Buffer): Promise<InspectedFile> => {
    const inspection = new FileInspection(fileRefusals('TA-R5', ['application/pdf', 'text/plain']), ['application/pdf', 'text/plain']);
    for (let from = 0; from < content.length; from += 7) await inspection.take(content.subarray(from, from + 7));
    return inspection.conclude();
  };

  it('takes UTF-8 text for what it is, and a PDF for a PDF', async () => {
    expect((await inspectText(Buffer.from('合同：台灯 10 件\n'.repeat(500)))).contentType).toBe('text/plain');
    expect((await inspectText(SAMPLES.pdf)).contentType).toBe('application/pdf');
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from('合同', 'utf16le')],
    ['a text cut off in a character', Buffer.from('合同').subarray(0, -1)],
    ['a program', SAMPLES.exe],
    ['an image, which is not asked for', SAMPLES.png],
  ])('refuses %s', async (_, content) => {
    await expect(inspectText(content)).rejects.toMatchObject({ rule: 'TA-R5', code: 'file-kind', text: { en: expect.stringContaining('PDF or UTF-8 text') } });
  });
});
