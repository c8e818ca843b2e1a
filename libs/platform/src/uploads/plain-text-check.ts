import type { FileRefusals } from './file-refusals.js';

// Controls that no text has; tabs, line and page breaks aside.
const NOT_TEXT = /[^\P{Cc}\t\n\r\f]/u;

/** Looks whether what streams by is UTF-8 text. Both methods throw `Refusal`. */
export class PlainTextCheck {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(private readonly refusals: FileRefusals) {}

  write(chunk: Buffer): void {
    this.check(() => this.decoder.decode(chunk, { stream: true }));
  }

  end(): void {
    this.check(() => this.decoder.decode());
  }

  private check(decode: () => string): void {
    let text: string;
    try {
      text = decode();
    } catch {
      throw this.refusals.notAnAcceptedKind('unknown');
    }
    if (NOT_TEXT.test(text)) throw this.refusals.notAnAcceptedKind('unknown');
  }
}
