import { SqlError, type SqlErrorKind } from '../../../base/sql-error.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { schemaPrefix } from '../physical/names.ts';

/** What the text of a MySQL error names and DuckDB's does not know. */
export type ErrorScope = Readonly<{ database?: string | undefined }>;

type Rule = Readonly<{
  pattern: RegExp;
  make: (match: RegExpExecArray, scope: ErrorScope) => SqlError;
}>;

/** Longest piece of DuckDB's text that is passed on. */
const detailLengthMax = 300;

/**
 * Turns a failure of DuckDB into the SqlError a MySQL server would give. An SqlError passes unchanged. What no rule
 * knows becomes `internal` with a text freed of file paths and of our own schemas.
 */
export function sqlErrorOf(error: unknown, scope: ErrorScope = {}): SqlError {
  if (error instanceof SqlError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const first = text.split('\n\n')[0] ?? text;
  for (const rule of rules) {
    const match = rule.pattern.exec(first);
    if (match) return withCause(rule.make(match, scope), error);
  }
  return new SqlError('internal', cleaned(first), { cause: error });
}

/** True for a failure after which DuckDB refuses everything but a rollback. */
export function abortsTransaction(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return !/^(?:Binder|Catalog|Parser|Syntax|Permission|Connection|Parameter Not Allowed) Error/.test(text);
}

/** True when another transaction changed the same rows or the same table first. */
export function isConflict(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return conflictPattern.test(text);
}

const conflictPattern =
  /Conflict on|Transaction conflict|write-write conflict|has been altered by a different transaction|Catalog write-write|another transaction has dropped this table/i;

const quoteMark = '"([^"]+)"';

function fixed(kind: SqlErrorKind, message: string): Rule['make'] {
  return () => new SqlError(kind, message);
}

const rules: readonly Rule[] = [
  { pattern: /^INTERRUPT Error/, make: fixed('query_interrupted', 'Query execution was interrupted') },
  {
    pattern: conflictPattern,
    make: () =>
      new SqlError('lock_deadlock', 'Deadlock found when trying to get lock; try restarting transaction', {
        hint: 'Another transaction changed the same rows first; this one was rolled back.',
      }),
  },
  {
    pattern: /^Invalid Input Error: Cannot (?:AND|OR|XOR) bit strings of different sizes/,
    make: fixed('bitwise_size', 'Binary operands of bitwise operators must be of equal length'),
  },
  {
    pattern: /Current transaction is aborted/,
    make: fixed('lock_deadlock', 'The transaction was rolled back after an earlier error; start it again'),
  },
  { pattern: /^Invalid Input Error: HF:(\w+):([\s\S]*)$/, make: (match) => ownError(match) },
  {
    pattern: /Table with name "?(.+?)"? does not exist/,
    make: (match, scope) => unknownTable(match[1] as string, scope),
  },
  {
    pattern: /(?:Table|View) with name "?(.+?)"? already exists/,
    make: (match) => new SqlError('table_exists', `Table '${match[1]}' already exists`),
  },
  {
    pattern: /(?:Scalar|Aggregate|Table) (?:Macro )?Function with name "?(.+?)"? does not exist/,
    make: (match, scope) => unknownFunction(match[1] as string, scope),
  },
  {
    pattern: /Referenced table "([^"]+)" not found/,
    make: (match) => unknownColumn(`${match[1]}.?`.replace(/\.\?$/, '')),
  },
  {
    pattern: new RegExp(`Table ${quoteMark} does not have a column named ${quoteMark}`),
    make: (match) => unknownColumn(`${match[1]}.${match[2]}`),
  },
  {
    pattern: new RegExp(`Referenced (?:column|update column) ${quoteMark}|column named ${quoteMark}`),
    make: (match) => unknownColumn((match[1] ?? match[2]) as string),
  },
  {
    pattern: new RegExp(`Cannot extract field '([^']+)' from expression ${quoteMark}`),
    make: (match) => unknownColumn(`${match[2]}.${match[1]}`),
  },
  {
    pattern: new RegExp(`Ambiguous reference to column name ${quoteMark}`),
    make: (match) => new SqlError('ambiguous_column', `Column '${match[1]}' in field list is ambiguous`),
  },
  {
    pattern: new RegExp(`column ${quoteMark} must appear in the GROUP BY clause`),
    make: (match) =>
      new SqlError(
        'not_group_by',
        `Expression of SELECT list is not in GROUP BY clause and contains nonaggregated column '${match[1]}' ` +
          'which is not functionally dependent on columns in GROUP BY clause; this is incompatible with sql_mode=only_full_group_by',
      ),
  },
  {
    pattern: /cannot contain aggregates|aggregate function calls cannot be nested/,
    make: fixed('invalid_group_function', 'Invalid use of group function'),
  },
  {
    pattern: /More than one row returned by a subquery/,
    make: fixed('subquery_rows', 'Subquery returns more than 1 row'),
  },
  {
    pattern: /Set operations can only apply to expressions with the same number of result columns/,
    make: fixed('select_count_mismatch', 'The used SELECT statements have a different number of columns'),
  },
  {
    pattern: /ORDER term out of range|GROUP BY term out of range/,
    make: fixed('unknown_column', "Unknown column number in 'order clause'"),
  },
  {
    pattern: /No function matches the given name and argument types '(?:[\w"]+\.)*([\w"]+)\((.*)\)'/,
    make: (match) =>
      new SqlError(
        'wrong_argument_count',
        `Incorrect arguments to ${(match[1] as string).replaceAll('"', '')}`,
      ),
  },
  {
    pattern: /Macro "?(?:[\w"]+\.)*([\w]+)\(?.*"? (?:does not support|requires) .*(?:parameters|arguments)/,
    make: (match) =>
      new SqlError(
        'wrong_argument_count',
        `Incorrect parameter count in the call to native function '${match[1]}'`,
      ),
  },
  {
    pattern: /^Out of Range Error: Overflow in \w+ of (INT64|UINT64) (\(.*\))!/,
    make: ([, type, expression]) => outOfRange(type === 'INT64' ? 'BIGINT' : 'BIGINT UNSIGNED', expression),
  },
  {
    pattern: /^Out of Range Error: Overflow in \w+ of (-?\d+) \/ (-?\d+)/,
    make: ([, left, right]) => outOfRange('BIGINT', `(${left} DIV ${right})`),
  },
  {
    pattern: /^Out of Range Error: Overflow on abs\((.*)\)/,
    make: ([, value]) => outOfRange('BIGINT', `abs(${value})`),
  },
  {
    pattern: /^Out of Range Error: input value .* out of range for numeric function cotangent/,
    make: () => outOfRange('DOUBLE', 'cot(0)'),
  },
  {
    pattern: /^Out of Range Error: Overflow in \w+ of (?:INT128|DECIMAL)/,
    make: () => notYet('a DECIMAL of more than 38 digits'),
  },
  {
    pattern: /^Conversion Error: Could not (?:cast value|convert string) .* to DECIMAL\(38,/,
    make: () => notYet('a DECIMAL of more than 38 digits'),
  },
  {
    pattern: /^Conversion Error: Type INT128 with value (-?\d+) .* destination type (INT64|UINT64)/,
    make: ([, value, type]) => outOfRange(type === 'INT64' ? 'BIGINT' : 'BIGINT UNSIGNED', value),
  },
  {
    pattern: /^Out of Range Error: (.*)/,
    make: (match) => new SqlError('out_of_range', `Value is out of range: ${cleaned(match[1] as string)}`),
  },
  {
    pattern: /^Conversion Error: ([\s\S]*)/,
    make: (match) => new SqlError('truncated_value', `Incorrect value: ${cleaned(match[1] as string)}`),
  },
  {
    pattern: /^Parser Error: (?:syntax error at or near (.*)|[\s\S]*)/,
    make: (match) => syntaxError(match[1]),
  },
  {
    pattern: /^Out of Memory Error/,
    make: () =>
      new SqlError('resource_limit', 'Out of memory', {
        hint: 'The statement needs more than the engine is given; give it more memory or make the statement smaller.',
      }),
  },
  {
    pattern: /No space left on device|Could not write all bytes|disk is full/i,
    make: fixed('disk_full', 'Disk full; waiting for someone to free some space'),
  },
  {
    pattern: /^Permission Error/,
    make: fixed('not_supported', 'The statement reaches outside of the engine, which is not allowed'),
  },
  {
    pattern: /^Not implemented Error: ([\s\S]*)/,
    make: (match) => notYet(cleaned(match[1] as string)),
  },
  {
    pattern: /^Binder Error: GROUPING statement cannot be used without groups/,
    make: () => new SqlError('invalid_group_function', 'Invalid use of group function'),
  },
  {
    pattern: /^Binder Error: GROUPING child .* must be a grouping column/,
    make: () => new SqlError('grouping_argument', 'An argument of the GROUPING function is not in GROUP BY'),
  },
  {
    pattern: /^(?:Binder|Catalog) Error: ([\s\S]*)/,
    make: (match) => new SqlError('analysis', cleaned(match[1] as string)),
  },
];

/** DuckDB names the values where MySQL names the columns. */
function outOfRange(type: string, expression: string | undefined): SqlError {
  return new SqlError('value_out_of_range', `${type} value is out of range in '${expression}'`);
}

/** Guards of ours raise `error('HF:kind:text')`; both parts are our own words. */
function ownError(match: RegExpExecArray): SqlError {
  const kinds: Readonly<Record<string, SqlErrorKind>> = {
    no_partition_for_value: 'no_partition_for_value',
    division_by_zero: 'division_by_zero',
    truncated_value: 'truncated_value',
    out_of_range: 'out_of_range',
    value_out_of_range: 'value_out_of_range',
    wrong_argument_count: 'wrong_argument_count',
    data_too_long: 'data_too_long',
    invalid_logarithm: 'invalid_logarithm',
    json_value_empty: 'json_value_empty',
    json_value_several: 'json_value_several',
    json_not_object: 'json_not_object',
    wrong_function_value: 'wrong_function_value',
    cannot_convert_text: 'cannot_convert_text',
    not_supported: 'not_supported',
    native_function_parameters: 'native_function_parameters',
    regexp_argument: 'regexp_argument',
    regexp_index: 'regexp_index',
    regexp_syntax: 'regexp_syntax',
    regexp_escape: 'regexp_escape',
    regexp_parenthesis: 'regexp_parenthesis',
    regexp_interval: 'regexp_interval',
    regexp_interval_order: 'regexp_interval_order',
    regexp_back_reference: 'regexp_back_reference',
    regexp_look_behind: 'regexp_look_behind',
    regexp_bracket: 'regexp_bracket',
    regexp_range: 'regexp_range',
    regexp_stack: 'regexp_stack',
    regexp_timeout: 'regexp_timeout',
    regexp_pattern_size: 'regexp_pattern_size',
    regexp_group_name: 'regexp_group_name',
    regexp_number: 'regexp_number',
    malformed_gtid_set: 'malformed_gtid_set',
    invalid_vector: 'invalid_vector',
    execute_arguments: 'execute_arguments',
    short_vector: 'short_vector',
    bitwise_size: 'bitwise_size',
    invalid_json: 'invalid_json',
    json_path: 'json_path',
    json_path_wild: 'json_path_wild',
    json_vacuous_path: 'json_vacuous_path',
    json_one_or_all: 'json_one_or_all',
    json_depth: 'json_depth',
    json_null_name: 'json_null_name',
    json_path_no_cell: 'json_path_no_cell',
    recursion_depth: 'recursion_depth',
    json_cast: 'json_cast',
    json_table_empty: 'json_table_empty',
    json_table_scalar: 'json_table_scalar',
    json_table_range: 'json_table_range',
  };
  const kind = kinds[match[1] as string];
  const [text = ''] = (match[2] as string).split('\n');
  return new SqlError(kind ?? 'internal', text.slice(0, detailLengthMax));
}

function unknownTable(name: string, scope: ErrorScope): SqlError {
  const plain = name.replaceAll('"', '').replace(schemaPrefix, '');
  const full = plain.includes('.') || scope.database === undefined ? plain : `${scope.database}.${plain}`;
  return new SqlError('unknown_table', `Table '${full}' doesn't exist`);
}

function unknownFunction(name: string, scope: ErrorScope): SqlError {
  const plain = name.replaceAll('"', '');
  const full = scope.database === undefined ? plain : `${scope.database}.${plain}`;
  return new SqlError('does_not_exist', `FUNCTION ${full} does not exist`);
}

function unknownColumn(name: string): SqlError {
  return new SqlError('unknown_column', `Unknown column '${cleaned(name)}' in 'field list'`);
}

function syntaxError(near: string | undefined): SqlError {
  const place = near === undefined ? '' : ` near ${cleaned(near).replaceAll('"', "'")}`;
  return new SqlError('syntax', `You have an error in your SQL syntax${place}`);
}

/** One line without DuckDB's advice, our schemas' names and file paths. */
function cleaned(text: string): string {
  return (text.split('\n')[0] as string)
    .replace(/^\w[\w ]* Error: /, '')
    .replace(/\s*\b(?:You might need|Did you mean|Candidate)\b[\s\S]*$/, '')
    .replaceAll(/"?db:([^".]+)"?\./g, '$1.')
    .replaceAll(/"?__holdfast\w*"?\./g, '')
    .replaceAll(/"?\bholdfast"?\.(?="?\w)/g, '')
    .replaceAll(/(?:[A-Za-z]:)?[\\/](?:[\w.@~ -]+[\\/])+[\w.@~-]*/g, '…')
    .slice(0, detailLengthMax);
}

function withCause(error: SqlError, cause: unknown): SqlError {
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new SqlError(error.kind, error.message, { ...hint, cause });
}
