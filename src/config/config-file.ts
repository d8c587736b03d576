import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Mistake } from './config-error.ts';

/** A value as YAML understands it, with its place for the report: `holdfast.yaml:3:1`. */
export type FileEntry = Readonly<{ name: string; raw: unknown; place: string }>;

export type FileContent = Readonly<{ entries: readonly FileEntry[]; mistakes: readonly Mistake[] }>;

/** An option file is some lines long; a larger one is another file. */
const fileCharactersMax = 1_000_000;

/** The top-level entries of a YAML file. `path` names the file in places; its options are not known here. */
export function readConfigText(text: string, path: string): FileContent {
  if (text.length > fileCharactersMax) {
    return {
      entries: [],
      mistakes: [{ place: path, text: `is larger than ${fileCharactersMax} characters` }],
    };
  }
  const lines = new LineCounter();
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakes = document.errors.map(({ message, pos }) => ({ place: placeOf(pos[0]), text: message }));
  if (mistakes.length > 0) return { entries: [], mistakes };
  const { contents } = document;
  if (contents === null) return { entries: [], mistakes };
  if (!isMap(contents)) {
    return {
      entries: [],
      mistakes: [{ place: placeOf(0), text: 'must be a list of lines such as listen: 127.0.0.1:9030' }],
    };
  }
  const json: unknown = document.toJS({ maxAliasCount: 0 });
  const values = new Map<string, unknown>(Object.entries(json ?? {}));
  const entries = contents.items.map(({ key }) => {
    const name = isScalar(key) ? String(key.value) : String(key);
    const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    return { name, raw: values.get(name), place: placeOf(offset) };
  });
  return { entries, mistakes };
}
