import type { Cell } from '../base/rows.ts';
import type { SessionVariables } from '../catalog/session-variables.ts';
import { findCharacterSet } from '../sql/ddl/character-sets.ts';
import { quoteText } from '../sql/quote.ts';

/** Variables that mean the same to every server, and that clients set once and count on. */
const carried = [
  'sql_mode',
  'time_zone',
  'autocommit',
  'foreign_key_checks',
  'unique_checks',
  'sql_select_limit',
  'group_concat_max_len',
] as const;

/**
 * The statements after which a connection to another server behaves as this session was told to: for what was SET
 * here, or on an earlier connection to it. Nothing for a session that has set nothing.
 */
export function carryingStatements(variables: SessionVariables): readonly string[] {
  const statements: string[] = [];
  if (variables.isSet('character_set_client') || variables.isSet('collation_connection')) {
    statements.push(namesStatement(variables));
  }
  const assignments = carried
    .filter((name) => variables.isSet(name))
    .map((name) => `${name} = ${literal(variables.get(name) ?? null)}`);
  if (assignments.length > 0) statements.push(`SET ${assignments.join(', ')}`);
  const isolation = variables.get('transaction_isolation');
  if (variables.isSet('transaction_isolation') && typeof isolation === 'string') {
    // The variable has another name in MariaDB before 11.1; the statement is everybody's.
    statements.push(`SET SESSION TRANSACTION ISOLATION LEVEL ${isolation.replaceAll('-', ' ')}`);
  }
  return statements;
}

function namesStatement(variables: SessionVariables): string {
  const characterSet = String(variables.get('character_set_client'));
  const collation = variables.get('collation_connection');
  const isFitting = typeof collation === 'string' && collation.startsWith(`${characterSet}_`);
  // Servers differ in what a character set's own collation is; its name may be none of theirs.
  const isChosen = isFitting && collation !== findCharacterSet(characterSet)?.defaultCollation;
  return `SET NAMES ${quoteText(characterSet)}${isChosen ? ` COLLATE ${quoteText(collation)}` : ''}`;
}

function literal(value: Cell): string {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : quoteText(String(value));
}
