import type { AccountChange } from '../auth/accounts.ts';
import type { Secret } from '../base/secret.ts';
import { integerColumn, resultOfRows, textColumn } from '../base/rows.ts';
import type { Warning } from '../source/query.ts';
import type { Answer } from './answer.ts';

/** What a statement on accounts and roles does, all at once, and what it answers. */
export type AccountWork = Readonly<{
  changes: readonly AccountChange[];
  warnings?: readonly Warning[];
  /** Of IDENTIFIED BY RANDOM PASSWORD, to be told once and kept nowhere. */
  generated?: readonly GeneratedPassword[] | undefined;
}>;

export type GeneratedPassword = Readonly<{ user: string; password: Secret }>;

export function joined(works: readonly AccountWork[]): AccountWork {
  return {
    changes: works.flatMap(({ changes }) => changes),
    warnings: works.flatMap(({ warnings = [] }) => warnings),
    generated: works.flatMap(({ generated = [] }) => generated),
  };
}

/** MySQL's 3163, of IF NOT EXISTS. */
export function existsNote(name: string): Warning {
  return { level: 'Note', number: 3163, message: `Authorization ID '${name}'@'%' already exists.` };
}

/** MySQL's 3162, of IF EXISTS. */
export function missingNote(name: string): Warning {
  return { level: 'Note', number: 3162, message: `Authorization ID '${name}'@'%' does not exist.` };
}

/** MySQL 8's answer to statements that make passwords. */
export function generatedAnswer(
  generated: readonly GeneratedPassword[],
  warnings: readonly Warning[],
): Answer {
  const texts = ['user', 'host', 'generated password'].map((name) => textColumn(name));
  const columns = [...texts, integerColumn('auth_factor')];
  const rows = generated.map(({ user, password }) => [user, '%', password.reveal(), '1']);
  return { kind: 'rows', result: resultOfRows(columns, rows), warnings };
}
