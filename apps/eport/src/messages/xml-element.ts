import { SaxesParser } from 'saxes';

/** An element as customs reads it: prefixes resolved to nothing, children in order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Not well-formed, or with a document type declaration. */
export class MalformedXml extends Error {
  override readonly name = 'MalformedXml';
}

/** 100 orders with 100 lines of 9 fields, and room for the rest. */
const MAX_ELEMENTS = 150_000;
const MAX_DEPTH = 16;

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1);

const openElement = (name: string, attributes: Readonly<Record<string, string>> = {}) => ({
  name: withoutPrefix(name),
  attributes: new Map(Object.entries(attributes)),
  children: [] as XmlElement[],
  text: '',
});

/** Reads a document into its root element. Throws `MalformedXml`. */
export const parseXml = (source: string): XmlElement => {
  const refuse = (reason: string): never => {
    throw new MalformedXml(reason);
  };
  const stack = [openElement('')];
  const top = () => stack.at(-1) ?? refuse('no open element');
  let elements = 0;
  const parser = new SaxesParser();
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type declaration is not accepted'));
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1;
    if (elements > MAX_ELEMENTS || stack.length > MAX_DEPTH) refuse('too many or too deeply nested elements');
    stack.push(openElement(name, attributes));
  });
  parser.on('text', (text) => void (top().text += text));
  parser.on('cdata', (text) => void (top().text += text));
  parser.on('closetag', () => {
    const closed = stack.pop();
    if (closed) top().children.push({ ...closed, text: closed.text.trim() });
  });
  parser.write(source).close();
  return top().children[0] ?? refuse('no root element');
};

/** The first child of this name. */
export const child = (element: XmlElement, name: string): XmlElement | undefined => element.children.find((candidate) => candidate.name === name);

/** The children of this name, in order. */
export const children = (element: XmlElement, name: string): readonly XmlElement[] => element.children.filter((candidate) => candidate.name === name);
