import { assert } from '../base/assert.ts';
import { showForms } from './show-forms.ts';
import { readTail } from './show-tail.ts';
import { TokenReader } from './token-reader.ts';
import { readUser } from './user-name.ts';
import type { ShowForm, ShowRule } from './show-forms.ts';
import type { ShowTail } from './statement.ts';
import type { Token } from './token.ts';
import type { UserName } from './user-name.ts';

/** A SHOW statement of MySQL or StarRocks, but for those of the backup dialect. */
export type Show = Readonly<{
  kind: 'show';
  form: ShowForm;
  full: boolean;
  extended: boolean;
  /** Of VARIABLES and STATUS; SESSION unless said otherwise. */
  scope: 'SESSION' | 'GLOBAL';
  /**
   * The object or database named, leading parts first: `FROM t FROM d` and `FROM d.t` both give `['d', 't']`. Up to
   * three parts: our catalogs come first. Empty when the statement names nothing and the session's is meant.
   */
  target: readonly string[];
  /** SHOW CREATE DATABASE IF NOT EXISTS: the text shown has these words. */
  ifNotExists?: boolean;
  /** Of GRANTS FOR and CREATE USER. */
  user?: UserName;
  /** SHOW GRANTS FOR ROLE r. */
  role?: string;
}> &
  ShowTail;

/** Parses one SHOW. Throws `syntax`, also for a form that MySQL and StarRocks do not know. */
export function parseShow(tokens: readonly Token[], text: string): Show {
  const reader = new TokenReader(tokens, text);
  reader.expect('SHOW');
  const modifiers = readModifiers(reader);
  const rule = showForms.find((candidate) => accepts(reader, candidate)) ?? reader.fail();
  const unfit = (modifiers.full && !rule.full) || (modifiers.scoped && !rule.scoped);
  if (unfit || (modifiers.extended && !rule.full)) reader.fail();
  const { full, extended, scope } = modifiers;
  const named = readSubject(reader, rule);
  const tail = rule.subject === 'rest' ? {} : readTail(reader);
  if (rule.subject === 'rest') while (!reader.isAtEnd) reader.next();
  reader.expectEnd();
  return { kind: 'show', form: rule.form, full, extended, scope, ...named, ...tail };
}

/** The catalog that stands before the name of what is shown; undefined where none does. */
export function catalogOfShow({ form, target }: Show): string | undefined {
  return target.length >= partsWithCatalog(form) ? target[0] : undefined;
}

function partsWithCatalog(form: ShowForm): number {
  if (form === 'databases') return 1;
  if (form === 'create_database') return 2;
  const subject = showForms.find((rule) => rule.form === form)?.subject;
  return subject === 'database' ? 2 : 3;
}

type Modifiers = { full: boolean; extended: boolean; scope: Show['scope']; scoped: boolean };

function readModifiers(reader: TokenReader): Modifiers {
  const modifiers: Modifiers = { full: false, extended: false, scope: 'SESSION', scoped: false };
  for (;;) {
    switch (reader.acceptOneOf('FULL', 'EXTENDED', 'GLOBAL', 'SESSION', 'LOCAL', 'STORAGE')) {
      case 'FULL':
        modifiers.full = true;
        break;
      case 'EXTENDED':
        modifiers.extended = true;
        break;
      case 'GLOBAL':
        modifiers.scope = 'GLOBAL';
        modifiers.scoped = true;
        break;
      case 'SESSION':
      case 'LOCAL':
        modifiers.scoped = true;
        break;
      case 'STORAGE':
        if (!reader.isWord('ENGINES')) reader.fail();
        break;
      case undefined:
        return modifiers;
    }
  }
}

function accepts(reader: TokenReader, { words }: ShowRule): boolean {
  const isCount = words[0] === 'COUNT';
  if (!isCount) return reader.accept(...words);
  const marks = reader.isOperator('(', 1) && reader.isOperator('*', 2) && reader.isOperator(')', 3);
  if (!reader.isWord('COUNT') || !marks || !reader.isWordAt(4, words[1] ?? '')) return false;
  for (let read = 0; read < 5; read += 1) reader.next();
  return true;
}

type Named = Pick<Show, 'target' | 'user' | 'role' | 'ifNotExists'>;

function readSubject(reader: TokenReader, rule: ShowRule): Named {
  switch (rule.subject) {
    case 'none':
    case 'rest':
      return { target: [] };
    case 'database':
      return { target: isFrom(reader) ? readFrom(reader, 2) : [] };
    case 'table':
      return { target: readTable(reader) };
    case 'name':
      return {
        ...(reader.accept('IF', 'NOT', 'EXISTS') && { ifNotExists: true }),
        target: reader.namePath(),
      };
    case 'engine':
      return readEngine(reader);
    case 'user':
      return { target: [], user: readUser(reader) };
    case 'grantee':
      if (!reader.accept('FOR')) return { target: [] };
      if (isRole(reader) && reader.accept('ROLE')) return { target: [], role: reader.nameOrString() };
      if (reader.peek(1).kind !== 'end') reader.accept('USER');
      return { target: [], user: readGrantee(reader) };
  }
}

function isFrom(reader: TokenReader): boolean {
  return reader.isWord('FROM') || reader.isWord('IN');
}

function readFrom(reader: TokenReader, partsMax: number): readonly string[] {
  if (!isFrom(reader)) reader.fail();
  reader.next();
  return reader.namePath(partsMax);
}

/** `FROM t [FROM d]`. A table with its database before the second FROM is MySQL's error too. */
function readTable(reader: TokenReader): readonly string[] {
  const table = readFrom(reader, 3);
  if (!isFrom(reader)) return table;
  const database = readFrom(reader, 2);
  const name = table.at(-1);
  assert(name !== undefined, 'a name path has a part');
  return [...database, name];
}

function readEngine(reader: TokenReader): Named {
  const target = [reader.nameOrString()];
  if (reader.acceptOneOf('STATUS', 'MUTEX', 'LOGS') === undefined) reader.fail();
  return { target };
}

/** ROLE is a name too: `FOR role` alone is of an account. */
function isRole(reader: TokenReader): boolean {
  const next = reader.peek(1);
  return reader.isWord('ROLE') && ['word', 'quoted', 'string'].includes(next.kind);
}

/** USING names roles to assume, which there are none of: read over. */
function readGrantee(reader: TokenReader): UserName {
  const user = readUser(reader);
  if (reader.accept('USING')) reader.list(() => readUser(reader));
  return user;
}
