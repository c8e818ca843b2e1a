import { SaxesParser } from 'saxes';
import { UnreadableMessage } from './unreadable-message.js';

/** An element with its prefix dropped: senders use whatever prefix they like. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside the element, trimmed. */
  readonly text: string;
}

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

/** A CEB900 may quote a whole message of 100 orders with 100 lines; nothing that customs sends is larger or deeper. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_ELEMENTS = 200_000;
const MAX_DEPTH = 32;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const decode = (source: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch (error) {
    throw new UnreadableMessage('encoding', 'the message is not UTF-8', { cause: error });
  }
};

/**
 * Reads XML into a tree of elements. No DOCTYPE and hence no entity of its own, no external reference, bounded size, depth and number of elements.
 * Throws `UnreadableMessage`.
 */
export const readXml = (source: Uint8Array | string, maxBytes = MAX_BYTES): XmlElement => {
  if (Buffer.byteLength(source) > maxBytes) throw new UnreadableMessage('too-large', `the message is larger than ${maxBytes} bytes`);
  const root: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let elements = 0;
  const current = (): OpenElement => open.at(-1) ?? root;

  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw new UnreadableMessage('malformed', error.message);
  });
  parser.on('doctype', () => {
    throw new UnreadableMessage('doctype', 'a document type declaration is not accepted');
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > MAX_ELEMENTS || open.length > MAX_DEPTH) throw new UnreadableMessage('too-complex', 'too many or too deeply nested elements');
    const attributes = Object.fromEntries(Object.entries(tag.attributes).map(([name, value]) => [localName(name), value]));
    open.push({ name: localName(tag.name), attributes, children: [], text: '' });
  });
  const append = (text: string): void => {
    current().text += text;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) current().children.push({ ...closed, text: closed.text.trim() });
  });
  parser.write(typeof source === 'string' ? source : decode(source)).close();

  const [document] = root.children;
  if (document === undefined) throw new UnreadableMessage('malformed', 'the message has no root element');
  return document;
};

/** The children of this name, in document order. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] => element.children.filter((child) => child.name === name);

/** The first child of this name. */
export const childOf = (element: XmlElement, name: string): XmlElement | undefined => element.children.find((child) => child.name === name);

/** The text of the first child of this name; undefined if it is missing or blank. */
export const textOf = (element: XmlElement, name: string): string | undefined => childOf(element, name)?.text || undefined;
