import { tokenize } from '../../sql/lexer.ts';
import type { Token } from '../../sql/token.ts';
import { SourceError } from '../source.ts';
import type { ViewDefinition } from './dictionary.ts';
import { sameName } from './names.ts';

const factsMark = 'holdfast-view:';

/**
 * CREATE VIEW as a snapshot keeps it: a statement that any MySQL can read, and in a comment behind it what the engine
 * knows of the view, so that it can be restored before the tables it reads are there.
 */
export function printView(name: string, definition: ViewDefinition): string {
  const columns = definition.columns.map((column) => backquoted(column.name)).join(', ');
  // `*/` inside the JSON would end the comment; JSON takes an escaped slash for a slash.
  const facts = JSON.stringify(definition).replaceAll('*/', String.raw`*\/`);
  return `CREATE VIEW ${backquoted(name)} (${columns}) AS ${definition.select} /*${factsMark}${facts}*/`;
}

/** The definition in a text that `printView` made. Throws SourceError for any other text. */
export function parseView(ddl: string): ViewDefinition {
  const start = ddl.lastIndexOf(`/*${factsMark}`);
  const facts: unknown = start < 0 ? undefined : parseFacts(ddl.slice(start + 2 + factsMark.length, -2));
  if (!isViewDefinition(facts)) {
    throw new SourceError('failed', 'the snapshot has a view that the embedded engine did not write');
  }
  return facts;
}

/** Names of `objects` (tables and views of the view's database) that the view may read. */
export function viewDependencies(definition: ViewDefinition, objects: readonly string[]): readonly string[] {
  const words = tokenize(definition.select).filter((token) => isName(token));
  return objects.filter((name) => words.some((token) => sameName(token.value, name)));
}

/**
 * The same view in another database: `from.object` becomes `to.object`, and names without a database mean `to`.
 * Only qualifiers of `objects`, which the snapshot has, and of columns (`from.object.column`) are changed: an alias
 * may have the database's name too.
 */
export function movedView(
  definition: ViewDefinition,
  from: string,
  to: string,
  objects: readonly string[],
): ViewDefinition {
  if (sameName(from, to)) return definition;
  const database = sameName(definition.database, from) ? to : definition.database;
  return { ...definition, database, select: movedText(definition.select, from, to, objects) };
}

function movedText(text: string, from: string, to: string, objects: readonly string[]): string {
  const tokens = tokenize(text);
  let moved = '';
  let last = 0;
  for (const [at, token] of tokens.entries()) {
    const [dot, name] = [tokens[at + 1], tokens[at + 2]];
    const isQualifier = isName(token) && sameName(token.value, from) && tokens[at - 1]?.text !== '.';
    const isObject =
      dot?.text === '.' && name !== undefined && objects.some((object) => sameName(object, name.value));
    if (!isQualifier || !isObject) continue;
    moved += text.slice(last, token.start) + backquoted(to);
    last = token.end;
  }
  return moved + text.slice(last);
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted';
}

function backquoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function parseFacts(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isViewDefinition(value: unknown): value is ViewDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const hasTexts = 'select' in value && typeof value.select === 'string' && 'database' in value;
  return hasTexts && typeof value.database === 'string' && 'columns' in value && Array.isArray(value.columns);
}
