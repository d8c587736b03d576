import { quoteName } from '../../quote.ts';
import { asText, textLiteral } from '../conversions.ts';
import { notSupported } from '../not-supported.ts';
import { bigintType, nullType, unsignedType, type Rendered } from '../types.ts';
import { cellLiteral } from '../render/variable.ts';
import { special, type FunctionEntry } from './definition.ts';
import { liveFunctions } from './live.ts';

/** Information functions: literals of the session at this moment (manual, Information Functions). */
export const sessionFunctions: readonly FunctionEntry[] = [
  ...['DATABASE', 'SCHEMA'].map((name) =>
    special(name, [0, 0], (_, { context }) => cellLiteral(context.database ?? null)),
  ),
  ...['USER', 'SESSION_USER', 'SYSTEM_USER'].map((name) =>
    special(name, [0, 0], (_, { context }) => textLiteral(context.user)),
  ),
  special('CURRENT_USER', [0, 0], (_, { context }) => textLiteral(accountOf(context.user))),
  special('VERSION', [0, 0], (_, { context }) => cellLiteral(context.variable('version') ?? '')),
  special('CONNECTION_ID', [0, 0], (_, { context }) => unsignedLiteral(BigInt(context.connectionId))),
  special('LAST_INSERT_ID', [0, 1], (values, { context }) =>
    values.length === 0
      ? unsignedLiteral(context.lastInsertId)
      : notSupported('LAST_INSERT_ID with an argument'),
  ),
  special('FOUND_ROWS', [0, 0], (_, { context }) => unsignedLiteral(context.foundRows)),
  special('ROW_COUNT', [0, 0], (_, { context }) => cellLiteral(context.rowCount)),
  special('CHARSET', [1, 1], ([value]) => textLiteral(isBytes(value) ? 'binary' : 'utf8mb4')),
  special('COLLATION', [1, 1], ([value]) => textLiteral(collationOf(value))),
  special('COERCIBILITY', [1, 1], ([value]) => ({ sql: coercibility(value), type: bigintType })),
  ...liveFunctions,
  special('NAME_CONST', [2, 2], ([, value]) => value ?? { sql: 'NULL', type: nullType }),
  special('CURRENT_ROLE', [0, 0], (_, { context }) => textLiteral(rolesText(context.activeRoles))),
];

function unsignedLiteral(value: bigint): Rendered {
  return { ...cellLiteral(value), type: unsignedType };
}

/** Accounts are for every host: that of `ann@10.0.0.1` is `ann@%`. */
function accountOf(user: string): string {
  return `${user.slice(0, user.lastIndexOf('@'))}@%`;
}

function isBytes(value: Rendered | undefined): boolean {
  const kind = value?.type.kind;
  return kind !== 'text' && kind !== 'unknown' && kind !== 'json';
}

function collationOf(value: Rendered | undefined): string {
  if (value === undefined || isBytes(value)) return 'binary';
  return value.type.kind === 'text' && value.type.exact ? 'utf8mb4_bin' : 'utf8mb4_general_ci';
}

/** 4 for a literal, 5 for a number, 6 for NULL, 2 for a column (manual, COERCIBILITY). */
function coercibility(value: Rendered | undefined): string {
  if (value === undefined || value.type.kind === 'null') return '6';
  if (value.type.kind !== 'text') return '5';
  return value.literal !== undefined && asText(value) !== '' ? '4' : '2';
}

/** MySQL's text of the roles in use (manual, "CURRENT_ROLE()"). */
function rolesText(roles: readonly string[] = []): string {
  if (roles.length === 0) return 'NONE';
  return roles.map((role) => `${quoteName(role)}@${quoteName('%')}`).join(',');
}
