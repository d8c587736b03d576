import { tokenize } from '../../sql/lexer.ts';
import { quoteName } from '../../sql/quote.ts';
import { type LexerOptions, mysqlLexing, type Token } from '../../sql/token.ts';
import type { CreationSettings, OtherKind } from '../objects.ts';
import { SourceError } from '../source-error.ts';

/** Where the objects of a snapshot go. */
export type Move = Readonly<{
  /** The database of the snapshot and the one that is restored to. */
  from: string;
  to: string;
  /** Names of the snapshot's database that are qualified anew where the two differ. */
  moves: (name: string) => boolean;
}>;

/** What a text makes: its kind's word in CREATE, and the name it is to have. */
export type Created = Readonly<{ kind: OtherKind | 'TRIGGER'; name: string; table?: string }>;

/**
 * CREATE VIEW, FUNCTION, PROCEDURE, EVENT or TRIGGER as the server shows it, for another name or database: the name in its
 * head is replaced where it is another, and `from.object` becomes `to.object` wherever it stands. The rest is the text as
 * it was, since the server keeps a trigger's as it was typed. To be run with `to` as the current database.
 */
export function movedText(ddl: string, settings: CreationSettings, created: Created, move: Move): string {
  const tokens = tokenize(ddl, lexingOf(settings));
  const edits: Edit[] = [];
  const head = headName(tokens, created.kind);
  if (head === undefined) {
    throw new SourceError('failed', `cannot read the definition of ${created.kind} '${created.name}'`);
  }
  edits.push(...renaming(head, created.name, move));
  let bodyFrom = head.end;
  if (created.table !== undefined) {
    const table = tableOfTrigger(tokens, head.end);
    if (table === undefined)
      throw new SourceError('failed', `cannot read the table of trigger '${created.name}'`);
    edits.push(...renaming(table, created.table, move));
    bodyFrom = table.end;
  }
  if (move.from !== move.to) {
    const aliases = aliasesIn(tokens, move.from);
    for (const [at, token] of tokens.entries()) {
      if (token.start >= bodyFrom && isQualifier(tokens, at, { move, aliases })) {
        edits.push({ start: token.start, end: token.end, text: quoteName(move.to) });
      }
    }
  }
  return edited(ddl, edits);
}

function renaming({ start, end, database, name }: NameRange, wanted: string, move: Move): readonly Edit[] {
  if (database === undefined) return name === wanted ? [] : [{ start, end, text: quoteName(wanted) }];
  return database === move.to && name === wanted ? [] : [{ start, end, text: qualified(move.to, wanted) }];
}

/** CREATE EVENT without its being switched on: events begin when everything else is there. */
export function disabledEvent(ddl: string, settings: CreationSettings): string {
  const state = eventState(ddl, settings);
  return state === undefined ? ddl : edited(ddl, [{ ...state, text: 'DISABLE' }]);
}

export function qualified(database: string, name: string): string {
  return `${quoteName(database)}.${quoteName(name)}`;
}

/** How the text is read: a program's quotes and backslashes mean what its own sql_mode says. */
function lexingOf(settings: CreationSettings): LexerOptions {
  const modes = (settings['sql_mode'] ?? '').toUpperCase().split(',');
  return {
    ...mysqlLexing,
    versionNumber: 999_999,
    ansiQuotes: modes.includes('ANSI_QUOTES') || modes.includes('ANSI'),
    noBackslashEscapes: modes.includes('NO_BACKSLASH_ESCAPES'),
  };
}

type Edit = Readonly<{ start: number; end: number; text: string }>;
type Range = Readonly<{ start: number; end: number }>;
/** Where a name stands, with its qualifier, and what the two are. */
type NameRange = Range & Readonly<{ database: string | undefined; name: string }>;

function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let last = 0;
  for (const edit of edits.toSorted((left, right) => left.start - right.start)) {
    result += text.slice(last, edit.start) + edit.text;
    last = edit.end;
  }
  return result + text.slice(last);
}

/** The name behind the kind's word. */
function headName(tokens: readonly Token[], kind: Created['kind']): NameRange | undefined {
  const word = tokens.findIndex((token) => token.upper === kind);
  if (word < 0) return undefined;
  const hasCondition = tokens[word + 1]?.upper === 'IF' && tokens[word + 3]?.upper === 'EXISTS';
  return nameAt(tokens, hasCondition ? word + 4 : word + 1);
}

function tableOfTrigger(tokens: readonly Token[], from: number): NameRange | undefined {
  const on = tokens.findIndex((token) => token.start >= from && token.upper === 'ON');
  return on < 0 ? undefined : nameAt(tokens, on + 1);
}

function nameAt(tokens: readonly Token[], at: number): NameRange | undefined {
  const [first, dot, second] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (first === undefined || !isName(first)) return undefined;
  const { start } = first;
  if (dot?.text !== '.' || second === undefined)
    return { start, end: first.end, database: undefined, name: first.value };
  return { start, end: second.end, database: first.value, name: second.value };
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted';
}

type Qualified = Readonly<{ move: Move; aliases: ReadonlyMap<string, string> }>;

/** `from` before a dot and the name of an object that moves, or before a column's table under its alias. */
function isQualifier(tokens: readonly Token[], at: number, { move, aliases }: Qualified): boolean {
  const [token, name] = [tokens[at], qualifiedAt(tokens, at, move.from)];
  if (token === undefined || name === undefined || tokens[at - 1]?.text === '.') return false;
  const isColumn = tokens[at + 3]?.text === '.';
  return move.moves((isColumn ? aliases.get(name) : undefined) ?? name);
}

/**
 * The tables behind aliases: MySQL 8 and later show a view's columns as `database`.`alias`.`column`, with the database of
 * the table, and take that only where the table is in that database.
 */
function aliasesIn(tokens: readonly Token[], database: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const at of tokens.keys()) {
    const [table, alias] = [qualifiedAt(tokens, at, database), tokens[at + 3]];
    if (table !== undefined && alias?.kind === 'quoted') found.set(alias.value, table);
  }
  return found;
}

/** The name behind `database` and a dot. */
function qualifiedAt(tokens: readonly Token[], at: number, database: string): string | undefined {
  const [token, dot, name] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (token === undefined || name === undefined || dot?.text !== '.' || !isName(token)) return undefined;
  return token.value.toLowerCase() === database.toLowerCase() ? name.value : undefined;
}

/** ENABLE, DISABLE or DISABLE ON SLAVE between ON COMPLETION [NOT] PRESERVE and the body. */
function eventState(ddl: string, settings: CreationSettings): Range | undefined {
  const tokens = tokenize(ddl, lexingOf(settings));
  const completion = tokens.findIndex((token) => token.upper === 'COMPLETION');
  const body = tokens.findIndex((token, at) => at > completion && token.upper === 'DO');
  const at = tokens.findIndex(
    (token, index) =>
      index > completion && index < body && (token.upper === 'ENABLE' || token.upper === 'DISABLE'),
  );
  const state = tokens[at];
  if (completion < 0 || state === undefined) return undefined;
  const onReplica = state.upper === 'DISABLE' && tokens[at + 1]?.upper === 'ON' ? tokens[at + 2] : undefined;
  return { start: state.start, end: (onReplica ?? state).end };
}
