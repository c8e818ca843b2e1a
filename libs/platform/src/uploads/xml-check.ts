import { SaxesParser } from 'saxes';
import type { FileRefusals } from './file-refusals.js';

/** No evidence nests deeper; keeps the parser's stack of open elements small whatever is sent. */
const MAX_DEPTH = 64;

/** Documents that a browser would run scripts of. */
const ACTIVE_ROOTS = new Set(['html', 'svg']);

/**
 * Checks XML as it streams by: UTF-8, well-formed, without a document type (and hence without entities of its own) and not a page in disguise.
 * `write` and `end` throw `Refusal`.
 */
export class XmlCheck {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private readonly parser = new SaxesParser({ xmlns: false });
  private depth = 0;

  constructor(private readonly refusals: FileRefusals) {
    this.parser.on('error', (error) => {
      throw refusals.damaged('application/xml', error.message, 'XML 格式不正确');
    });
    this.parser.on('doctype', () => {
      throw refusals.damaged('application/xml', 'a document type declaration is not accepted', '不接受文档类型声明（DOCTYPE）');
    });
    this.parser.on('opentag', ({ name }) => {
      this.depth += 1;
      if (this.depth === 1 && ACTIVE_ROOTS.has(name.slice(name.indexOf(':') + 1).toLowerCase())) throw refusals.notAnAcceptedKind(name);
      if (this.depth > MAX_DEPTH) throw refusals.damaged('application/xml', 'its elements are nested too deeply', '元素嵌套过深');
    });
    this.parser.on('closetag', () => {
      this.depth -= 1;
    });
  }

  write(chunk: Uint8Array): void {
    this.parser.write(this.decode(chunk));
  }

  end(): void {
    this.parser.write(this.decode());
    this.parser.close();
  }

  private decode(chunk?: Uint8Array): string {
    try {
      return this.decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw this.refusals.damaged('application/xml', 'it is not UTF-8', '不是 UTF-8 编码');
    }
  }
}
