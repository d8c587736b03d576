import { SqlError } from '../../../base/sql-error.ts';
import { characterSetOf } from '../../ddl/character-sets.ts';
import { quoteName } from '../../quote.ts';
import { coercibilityNumber } from '../coercibility.ts';
import { textLiteral } from '../conversions/texts.ts';
import type { Environment } from '../environment.ts';
import { notSupported } from '../not-supported.ts';
import { bigintType, collatedOf, nullType, unsignedType, type Rendered } from '../types.ts';
import { cellLiteral, systemText } from '../render/variable.ts';
import { special, type FunctionEntry } from './definition.ts';
import { liveFunctions } from './live.ts';

/** Information functions: literals of the session at this moment (manual, Information Functions). */
export const sessionFunctions: readonly FunctionEntry[] = [
  ...['DATABASE', 'SCHEMA'].map((name) =>
    special(name, [0, 0], (_, { context }) =>
      context.database === undefined ? { sql: 'NULL', type: nullType } : systemText(context.database),
    ),
  ),
  ...['USER', 'SESSION_USER', 'SYSTEM_USER'].map((name) =>
    special(name, [0, 0], (_, { context }) => systemText(context.user)),
  ),
  special('CURRENT_USER', [0, 0], (_, { context }) => systemText(accountOf(context.user))),
  special('VERSION', [0, 0], (_, { context }) => systemText(String(context.variable('version') ?? ''))),
  special('ICU_VERSION', [0, 0], () => systemText(process.versions['icu'] ?? '')),
  special('CONNECTION_ID', [0, 0], (_, { context }) => unsignedLiteral(BigInt(context.connectionId))),
  special('LAST_INSERT_ID', [0, 1], (values, { context }) =>
    values.length === 0
      ? unsignedLiteral(context.lastInsertId)
      : notSupported('LAST_INSERT_ID with an argument'),
  ),
  special('FOUND_ROWS', [0, 0], (_, { context }) => unsignedLiteral(context.foundRows)),
  special('ROW_COUNT', [0, 0], (_, { context }) => cellLiteral(context.rowCount)),
  special('MYSQL_QUERY_ATTRIBUTE_STRING', [1, 1], ([name], { context }) => attributeOf(name, context)),
  special('CHARSET', [1, 1], ([value], environment) =>
    systemText(characterSetOf(collationOf(value, environment)), 'coercible'),
  ),
  special('COLLATION', [1, 1], ([value], environment) =>
    systemText(collationOf(value, environment), 'coercible'),
  ),
  special('COERCIBILITY', [1, 1], ([value]) => ({ sql: coercibility(value), type: bigintType })),
  special('NEXT DEPTH', [1, 1], ([depth], environment) => nextDepth(depth, environment)),
  ...liveFunctions,
  special('NAME_CONST', [2, 2], ([name, value]) => namedConstant(name, value)),
  special('PS_CURRENT_THREAD_ID', [0, 0], (_, { context }) => unsignedLiteral(BigInt(context.connectionId))),
  special('CURRENT_ROLE', [0, 0], (_, { context }) => systemText(rolesText(context.activeRoles))),
];

/** Only what the parser of a stored routine makes: two literals. */
function namedConstant(name: Rendered | undefined, value: Rendered | undefined): Rendered {
  if (name === undefined || value === undefined) return { sql: 'NULL', type: nullType };
  if (name.type.kind === 'null') {
    throw new SqlError(
      'reserved_function',
      "The 'NAME_CONST' syntax is reserved for purposes internal to the MySQL server",
    );
  }
  const areLiterals = [name, value].every(
    ({ literal, type }) => literal !== undefined || type.kind === 'null',
  );
  if (!areLiterals) throw new SqlError('execute_arguments', 'Incorrect arguments to NAME_CONST');
  return value;
}

/** MySQL's function of the component of query attributes: the value as a text, NULL for a name that was not sent. */
function attributeOf(name: Rendered | undefined, context: Environment['context']): Rendered {
  if (name?.literal === undefined) return notSupported('MYSQL_QUERY_ATTRIBUTE_STRING of a computed name');
  const value = context.queryAttribute?.(name.literal) ?? null;
  if (value === null) return { sql: 'NULL', type: nullType };
  return textLiteral(value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value));
}

function unsignedLiteral(value: bigint): Rendered {
  return { sql: `CAST(${value} AS UBIGINT)`, type: unsignedType };
}

/** Accounts are for every host: that of `ann@10.0.0.1` is `ann@%`. */
function accountOf(user: string): string {
  return `${user.slice(0, user.lastIndexOf('@'))}@%`;
}

/** Numbers and dates are bytes here, whatever they are beside texts. */
function collationOf(value: Rendered | undefined, { collation }: Environment): string {
  if (value === undefined) return 'binary';
  const { kind } = value.type;
  if (kind === 'unknown') return collation;
  return kind === 'text' || kind === 'json' ? collatedOf(value.type).collation : 'binary';
}

/** Manual, COERCIBILITY. */
function coercibility(value: Rendered | undefined): string {
  return String(coercibilityNumber(value === undefined ? 'ignorable' : collatedOf(value.type).coercibility));
}

/** The step of a recursive query behind one; see `render/recursion.ts`. */
function nextDepth(depth: Rendered | undefined, { context }: Environment): Rendered {
  const given = String(context.variable('cte_max_recursion_depth') ?? '');
  const most = /^\d{1,10}$/.test(given) ? BigInt(given) : 1_000n;
  const text = `Recursive query aborted after ${most + 1n} iterations. Try increasing @@cte_max_recursion_depth to a larger value.`;
  const next = `(${depth?.sql} + 1)`;
  return {
    sql: `(CASE WHEN ${next} >= ${most} THEN error('HF:recursion_depth:${text}') ELSE ${next} END)`,
    type: bigintType,
  };
}

/** MySQL's text of the roles in use (manual, "CURRENT_ROLE()"). */
function rolesText(roles: readonly string[] = []): string {
  if (roles.length === 0) return 'NONE';
  return roles.map((role) => `${quoteName(role)}@${quoteName('%')}`).join(',');
}
