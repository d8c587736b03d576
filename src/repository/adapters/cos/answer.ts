import COS from 'cos-nodejs-sdk-v5';

/** An element of XML as the SDK reads it: texts are strings, one child is an element, several are a list. */
export type Element = Readonly<Record<string, unknown>>;

/** The element `root` of a text; undefined when it is another or no XML. */
export function readElement(text: string, root: string): Element | undefined {
  if (!text.trimStart().startsWith('<')) return undefined;
  const read = readAny(text);
  return isElement(read) ? childrenOf(read, root)[0] : undefined;
}

/** The SDK throws errors of every kind for what is no XML, or too deep. */
function readAny(text: string): unknown {
  try {
    return COS.util.xml2json(text);
  } catch {
    return undefined;
  }
}

/** The text of a child; undefined when there is none. */
export function textOf(element: Element, name: string): string | undefined {
  const value = element[name];
  return typeof value === 'string' ? value : undefined;
}

/** All children of a name; one without content is an empty element. */
export function childrenOf(element: Element, name: string): readonly Element[] {
  const value = element[name];
  const all: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return all.map((one) => (isElement(one) ? one : {}));
}

export function writeElement(element: Element): string {
  return COS.util.json2xml(element);
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
