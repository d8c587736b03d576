import { readFileSync } from 'node:fs';
import { printTable } from '../../src/demo/table.ts';

/**
 * One statement of a script and what it must answer. A script is a text of cases with a blank line between them: the
 * statement, a line `----`, the answer.
 */
export type Case = Readonly<{ line: number; statement: string; expected: string }>;

/** What a server gave, whichever way it was asked. Values are texts; NULL is null. */
export type Outcome =
  | Readonly<{ kind: 'rows'; columns: readonly string[]; rows: readonly (readonly (string | null)[])[] }>
  | Readonly<{ kind: 'ok'; affectedRows: number }>
  | Readonly<{ kind: 'error'; number: number; sqlState: string; message: string }>;

const separator = '----';

export function readScript(file: string): readonly Case[] {
  let line = 1;
  return readFileSync(file, 'utf8')
    .split(/\n{2,}/)
    .map((text) => {
      const [statement = '', expected = ''] = `\n${text.trim()}\n`.split(`\n${separator}\n`);
      const found = { line, statement: statement.trim(), expected: expected.trimEnd() };
      line += text.split('\n').length + 1;
      return found;
    })
    .filter(({ statement }) => statement !== '');
}

export function printScript(cases: readonly Case[]): string {
  return `${cases.map(({ statement, expected }) => `${statement}\n${separator}\n${expected}`).join('\n\n')}\n`;
}

/** An answer as scripts hold it: rows as the mysql client prints them. */
export function printOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'rows':
      return printTable(outcome.columns, outcome.rows, Number.POSITIVE_INFINITY);
    case 'ok':
      return outcome.affectedRows === 0 ? 'OK' : `OK, ${outcome.affectedRows} rows affected`;
    case 'error':
      return `ERROR ${outcome.number} (${outcome.sqlState}): ${outcome.message}`;
  }
}
