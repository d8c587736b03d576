import type { Assignment } from './parse-insert.ts';
import type { TokenReader } from '../../../sql/token-reader.ts';

/** UPDATE. `target` of an assignment is the qualifier written before the column. */
export type UpdateStatement = Readonly<{
  ignore: boolean;
  /** `WITH …` before UPDATE, else empty. */
  prefix: string;
  /** The table references as written. */
  from: string;
  assignments: readonly (Assignment & Readonly<{ target: string | undefined }>)[];
  /** WHERE, ORDER BY and LIMIT as written. */
  tail: string;
}>;

export type DeleteStatement = Readonly<{
  ignore: boolean;
  prefix: string;
  /** Names or aliases of the tables rows are deleted from; empty for the single-table form. */
  targets: readonly string[];
  from: string;
  tail: string;
}>;

const tailWords = ['WHERE', 'ORDER', 'LIMIT'];

export function parseUpdate(reader: TokenReader): UpdateStatement {
  const prefix = reader.isWord('WITH') ? textUntil(reader, 'UPDATE') : '';
  reader.expect('UPDATE');
  const ignore = takeModifiers(reader);
  const from = textUntil(reader, 'SET');
  reader.expect('SET');
  const assignments: UpdateStatement['assignments'][number][] = [];
  do {
    const names = reader.namePath();
    if (!reader.acceptOperator('=')) reader.expectOperator(':=');
    const { text } = reader.source((rest) => rest.isOperator(',') || rest.isWord(...tailWords));
    assignments.push({ column: names.at(-1) as string, target: names.at(-2), expression: text });
  } while (reader.acceptOperator(','));
  return { prefix, ignore, from, assignments, tail: tailText(reader) };
}

export function parseDelete(reader: TokenReader): DeleteStatement {
  const prefix = reader.isWord('WITH') ? textUntil(reader, 'DELETE') : '';
  reader.expect('DELETE');
  const ignore = takeModifiers(reader);
  if (!reader.accept('FROM')) {
    const targets = targetList(reader);
    reader.expect('FROM');
    return { prefix, ignore, targets, from: textUntil(reader, ...tailWords), tail: tailText(reader) };
  }
  const from = textUntil(reader, 'USING', ...tailWords);
  if (!reader.accept('USING')) return { prefix, ignore, targets: [], from, tail: tailText(reader) };
  const targets = targetsOf(from);
  return { prefix, ignore, targets, from: textUntil(reader, ...tailWords), tail: tailText(reader) };
}

function takeModifiers(reader: TokenReader): boolean {
  let ignore = false;
  while (reader.isWord('LOW_PRIORITY', 'QUICK', 'IGNORE'))
    ignore = reader.next().upper === 'IGNORE' || ignore;
  return ignore;
}

/** `t1, db.t2.*`: the last name of each counts. */
function targetList(reader: TokenReader): readonly string[] {
  const targets: string[] = [];
  do {
    let name = reader.name();
    while (reader.acceptOperator('.')) {
      if (reader.acceptOperator('*')) break;
      name = reader.name();
    }
    targets.push(name);
  } while (reader.acceptOperator(','));
  return targets;
}

function targetsOf(from: string): readonly string[] {
  return from.split(',').map((part) =>
    (
      part
        .trim()
        .split('.')
        .filter((name) => name !== '*')
        .at(-1) ?? ''
    )
      .replaceAll('`', '')
      .trim(),
  );
}

function tailText(reader: TokenReader): string {
  return reader.isAtEnd ? '' : textUntil(reader);
}

/** The text up to one of the words outside of parentheses, or to the end. */
function textUntil(reader: TokenReader, ...words: readonly string[]): string {
  return reader.source((rest) => rest.isWord(...words)).text;
}
