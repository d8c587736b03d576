import { assert, present } from '../../../base/assert.ts';
import { parseDdl } from '../../../sql/ddl/parse.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { nameKey } from '../physical/names.ts';
import type { StoredFunction } from '../dictionary/stored-object.ts';

const database = 'sys';

/** A time in ps with the greatest unit of which it has one. */
const times: readonly (readonly [psPerUnit: string, unit: string])[] = [
  ['604800000000000000', 'w'],
  ['86400000000000000', 'd'],
  ['3600000000000000', 'h'],
  ['60000000000000', 'm'],
  ['1000000000000', 's'],
  ['1000000000', 'ms'],
  ['1000000', 'us'],
  ['1000', 'ns'],
];
const timeBranches = times
  .map(([ps, unit]) => `WHEN picoseconds >= ${ps} THEN CONCAT(ROUND(picoseconds / ${ps}, 2), ' ${unit}')`)
  .join(' ');

const path = "REPLACE(path, '\\\\', '/')";
const truncated = 'IFNULL(@sys.statement_truncate_len, 64)';
const half = `(${truncated} / 2) - 2`;
const placed = (variable: string, otherwise: string): string =>
  `IF(LEFT(in_path, CHAR_LENGTH(@@${variable}) + 1) = CONCAT(@@${variable}, '/'), ` +
  `CONCAT('@@${variable}', SUBSTRING(in_path, CHAR_LENGTH(@@${variable}) + 1)), ${otherwise})`;

/**
 * The functions of sys, by what MySQL's own do (sys schema 2.1.3), each of one expression. Those that say what is instrumented
 * or switched on are left out, and so are the procedures: nothing here is.
 */
const definitions: readonly string[] = [
  `extract_schema_from_file_name(path VARCHAR(512)) RETURNS VARCHAR(64)
    RETURN LEFT(SUBSTRING_INDEX(SUBSTRING_INDEX(${path}, '/', -2), '/', 1), 64)`,
  `extract_table_from_file_name(path VARCHAR(512)) RETURNS VARCHAR(64)
    RETURN LEFT(SUBSTRING_INDEX(REPLACE(SUBSTRING_INDEX(${path}, '/', -1), '@0024', '$'), '.', 1), 64)`,
  'format_bytes(bytes TEXT) RETURNS TEXT RETURN FORMAT_BYTES(bytes)',
  `format_path(in_path VARCHAR(512)) RETURNS VARCHAR(512)
    RETURN ${placed('datadir', placed('tmpdir', 'in_path'))}`,
  `format_statement(statement LONGTEXT) RETURNS LONGTEXT
    RETURN REPLACE(IF(CHAR_LENGTH(statement) > ${truncated},
      CONCAT(LEFT(statement, ${half}), ' ... ', RIGHT(statement, ${half})), statement), '\\n', ' ')`,
  `format_time(picoseconds TEXT) RETURNS TEXT
    RETURN CASE ${timeBranches} ELSE CONCAT(picoseconds, ' ps') END`,
  `list_add(in_list TEXT, in_add_value TEXT) RETURNS TEXT
    RETURN IF(IFNULL(LENGTH(in_list), 0) = 0, in_add_value,
      CONCAT(TRIM(BOTH ',' FROM TRIM(in_list)), ',', in_add_value))`,
  `list_drop(in_list TEXT, in_drop_value TEXT) RETURNS TEXT
    RETURN IF(IFNULL(LENGTH(in_list), 0) = 0, in_list, TRIM(BOTH ',' FROM
      REPLACE(REPLACE(CONCAT(',', in_list), CONCAT(',', in_drop_value), ''), CONCAT(', ', in_drop_value), '')))`,
  `ps_thread_account(in_thread_id BIGINT UNSIGNED) RETURNS TEXT
    RETURN (SELECT IF(t.TYPE = 'FOREGROUND', CONCAT(t.PROCESSLIST_USER, '@', t.PROCESSLIST_HOST), t.TYPE)
      FROM performance_schema.threads AS t WHERE t.THREAD_ID = in_thread_id)`,
  `ps_thread_id(in_connection_id BIGINT UNSIGNED) RETURNS BIGINT UNSIGNED
    RETURN (SELECT t.THREAD_ID FROM performance_schema.threads AS t
      WHERE t.PROCESSLIST_ID = IFNULL(in_connection_id, CONNECTION_ID()))`,
  "quote_identifier(in_identifier TEXT) RETURNS TEXT RETURN CONCAT('`', REPLACE(in_identifier, '`', '``'), '`')",
  `sys_get_config(in_variable_name VARCHAR(128), in_default_value VARCHAR(128)) RETURNS VARCHAR(128)
    RETURN IFNULL((SELECT c.value FROM sys.sys_config AS c WHERE c.variable = in_variable_name), in_default_value)`,
  "version_major() RETURNS TINYINT UNSIGNED RETURN SUBSTRING_INDEX(VERSION(), '.', 1)",
  "version_minor() RETURNS TINYINT UNSIGNED RETURN SUBSTRING_INDEX(SUBSTRING_INDEX(VERSION(), '.', 2), '.', -1)",
  `version_patch() RETURNS TINYINT UNSIGNED
    RETURN SUBSTRING_INDEX(SUBSTRING_INDEX(VERSION(), '-', 1), '.', -1)`,
];

const known: ReadonlyMap<string, StoredFunction> = new Map(
  definitions.map((text) => functionOf(text)).map((each) => [nameKey(each.name), each]),
);

/** A function of the sys schema; undefined for any other name. */
export function sysFunction(of: string, name: string): StoredFunction | undefined {
  return nameKey(of) === database ? known.get(nameKey(name)) : undefined;
}

function functionOf(definition: string): StoredFunction {
  const text = `CREATE FUNCTION ${definition}`;
  const statement = parseDdl(tokenize(text), text);
  assert(statement.kind === 'create_function', `no function of sys: ${text}`);
  const { name, parameters, characteristics, body } = statement;
  const returns = present(statement.returns, `the result of ${name.name}`);
  const common = { parameters, returns, characteristics, declaresResult: true, body: body.text };
  const made = { sqlMode: '', definer: '`mysql.sys`@`localhost`', createdAt: 0, updatedAt: 0 };
  return { database, name: name.name, overloads: [{ ...common, ...made }] };
}
