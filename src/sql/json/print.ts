import { isArray, isObject, type JsonValue } from './value.ts';

/** The document as MySQL shows it: a blank behind each comma and colon. */
export function printDocument(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(printDocument).join(', ')}]`;
  if (!isObject(value)) return printScalar(value);
  const members = [...value].map(([name, member]) => `${quoted(name)}: ${printDocument(member)}`);
  return `{${members.join(', ')}}`;
}

/** JSON_PRETTY: a line for each value, two blanks for each level. */
export function printPretty(value: JsonValue, indent = ''): string {
  const inner = `${indent}  `;
  if (isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + printPretty(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return printScalar(value);
  if (value.size === 0) return '{}';
  const members = [...value].map(
    ([name, member]) => `${inner}${quoted(name)}: ${printPretty(member, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

function printScalar(
  value: Exclude<JsonValue, readonly JsonValue[] | ReadonlyMap<string, JsonValue>>,
): string {
  if (typeof value === 'string') return quoted(value);
  if (value !== null && typeof value === 'object') return value.real;
  return String(value);
}

/** JSON_QUOTE: what a document must not hold as it is gets a backslash. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
