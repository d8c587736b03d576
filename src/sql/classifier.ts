import type { Token } from './token.ts';

/** Which part of the server reads a statement on. */
export const statementClasses = [
  'dialect', // BACKUP, RESTORE, repositories, catalogs, ADMIN …: parseDialect
  'show', // parseShow
  'set', // parseSet
  'use', // parseUse
  'describe', // DESCRIBE, DESC, EXPLAIN of a table: parseDescribe
  'explain', // EXPLAIN of a statement
  'select', // SELECT, WITH, VALUES, TABLE, (SELECT …)
  'dml', // INSERT, REPLACE, UPDATE, DELETE
  'ddl', // CREATE, ALTER, DROP, TRUNCATE, RENAME, REFRESH, CANCEL REFRESH
  'maintenance', // ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR TABLE
  'transaction', // parseTransaction; also LOCK and UNLOCK TABLES
  'account', // parseAccount
  'prepare', // PREPARE, EXECUTE, DEALLOCATE: parsePrepare
  'kill', // parseKill
  'flush',
  'reset', // parseReset
  'resource_group', // parseResourceGroup
  'load',
  'call',
  'do', // DO expression
  'help',
  'comment_only', // nothing to run: answer OK
  'unknown',
] as const;

export type StatementClass = (typeof statementClasses)[number];

/** The class of one statement by its first words. Reads further only to see past the CTEs of a WITH. */
export function classify(tokens: readonly Token[]): StatementClass {
  const first = tokens[0];
  if (first === undefined || first.kind === 'end') return 'comment_only';
  if (first.text === '(') return 'select';
  if (first.upper === 'WITH') return classifyWith(tokens);
  return byTwoWords(first.upper, words(tokens)) ?? byFirstWord.get(first.upper) ?? 'unknown';
}

/** How many words a rule looks at: CREATE READ ONLY REPOSITORY, SHOW CREATE EXTERNAL CATALOG. */
const wordsRead = 5;

/** The first words in upper case, "" where a token is none. */
function words(tokens: readonly Token[]): readonly string[] {
  return Array.from({ length: wordsRead }, (_, index) => {
    const token = tokens[index];
    return token === undefined ? '' : token.kind === 'word' ? token.upper : token.text;
  });
}

const byFirstWord: ReadonlyMap<string, StatementClass> = new Map<string, StatementClass>([
  ['BACKUP', 'dialect'],
  ['RESTORE', 'dialect'],
  ['CANCEL', 'dialect'],
  ['VERIFY', 'dialect'],
  ['CLEAN', 'dialect'],
  ['ADMIN', 'dialect'],
  ['SELECT', 'select'],
  ['VALUES', 'select'],
  ['TABLE', 'select'],
  ['INSERT', 'dml'],
  ['REPLACE', 'dml'],
  ['UPDATE', 'dml'],
  ['DELETE', 'dml'],
  ['CREATE', 'ddl'],
  ['ALTER', 'ddl'],
  ['DROP', 'ddl'],
  ['TRUNCATE', 'ddl'],
  ['RENAME', 'ddl'],
  ['REFRESH', 'ddl'],
  ['ANALYZE', 'maintenance'],
  ['CHECK', 'maintenance'],
  ['CHECKSUM', 'maintenance'],
  ['OPTIMIZE', 'maintenance'],
  ['REPAIR', 'maintenance'],
  ['BEGIN', 'transaction'],
  ['COMMIT', 'transaction'],
  ['ROLLBACK', 'transaction'],
  ['SAVEPOINT', 'transaction'],
  ['LOCK', 'transaction'],
  ['UNLOCK', 'transaction'],
  ['GRANT', 'account'],
  ['REVOKE', 'account'],
  ['PREPARE', 'prepare'],
  ['EXECUTE', 'prepare'],
  ['DEALLOCATE', 'prepare'],
  ['SHOW', 'show'],
  ['SET', 'set'],
  ['USE', 'use'],
  ['DESCRIBE', 'describe'],
  ['DESC', 'describe'],
  ['EXPLAIN', 'explain'],
  ['KILL', 'kill'],
  ['FLUSH', 'flush'],
  ['RESET', 'reset'],
  ['LOAD', 'load'],
  ['CALL', 'call'],
  ['DO', 'do'],
  ['HELP', 'help'],
]);

/** Statements whose class the first word alone does not tell. */
function byTwoWords(first: string, all: readonly string[]): StatementClass | undefined {
  const [, second = '', third = ''] = all;
  switch (first) {
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
    case 'RENAME':
      return objectClass(all);
    case 'CANCEL':
      return second === 'REFRESH' ? 'ddl' : undefined;
    case 'SHOW':
      return isDialectShow(all) ? 'dialect' : 'show';
    case 'SET':
      return setClass(second, third);
    case 'EXPLAIN':
    case 'DESCRIBE':
    case 'DESC':
      return explainClass(second, third);
    case 'START':
      return second === 'TRANSACTION' ? 'transaction' : 'unknown';
    case 'RELEASE':
      return second === 'SAVEPOINT' ? 'transaction' : 'unknown';
    case 'CHECK':
      return second === 'REPOSITORY' ? 'dialect' : undefined;
    case 'ROLLBACK':
      return second === 'METADATA' ? 'dialect' : undefined;
    case 'LIST':
    case 'CAT':
      return second === 'METADATA' ? 'dialect' : undefined;
    default:
      return undefined;
  }
}

/** CREATE, ALTER, DROP and RENAME belong to us, to accounts, to PREPARE (DROP PREPARE) or are DDL. */
function objectClass(all: readonly string[]): StatementClass {
  const [first, second = '', third = '', fourth = ''] = all;
  if (first === 'DROP' && second === 'PREPARE') return 'prepare';
  if (second === 'USER' || second === 'ROLE') return 'account';
  if (second === 'REPOSITORY' || second === 'SNAPSHOT' || second === 'CATALOG') return 'dialect';
  if (second === 'READ' && third === 'ONLY' && fourth === 'REPOSITORY') return 'dialect';
  if (second === 'EXTERNAL' && third === 'CATALOG') return 'dialect';
  if (second === 'METADATA' && third === 'STORE') return 'dialect';
  if (second === 'RESOURCE' && third === 'GROUP') return 'resource_group';
  return 'ddl';
}

const dialectShows: ReadonlySet<string> = new Set(
  'BACKUP RESTORE BRIEF REPOSITORIES SNAPSHOT BROKER CATALOGS METADATA FRONTENDS'.split(' '),
);

function isDialectShow(all: readonly string[]): boolean {
  const [, second = '', third = '', fourth = ''] = all;
  if (dialectShows.has(second)) return true;
  if (second === 'GLOBAL') return third === 'BACKUP' || third === 'RESTORE' || third === 'SNAPSHOT';
  if (second !== 'CREATE') return false;
  return third === 'REPOSITORY' || third === 'CATALOG' || (third === 'EXTERNAL' && fourth === 'CATALOG');
}

/** `SET catalog = 1` assigns a variable; `SET CATALOG c` is ours. */
function setClass(second: string, third: string): StatementClass {
  const assigns = third === '=' || third === ':=';
  if (assigns) return second === 'PASSWORD' ? 'account' : 'set';
  if (second === 'CATALOG' || second === 'METADATA') return 'dialect';
  if (second === 'PASSWORD' || second === 'ROLE') return 'account';
  if (second === 'RESOURCE' && third === 'GROUP') return 'resource_group';
  return second === 'DEFAULT' && third === 'ROLE' ? 'account' : 'set';
}

const explainedStatements: ReadonlySet<string> = new Set(
  (
    'SELECT WITH TABLE VALUES INSERT REPLACE UPDATE DELETE ANALYZE FORMAT EXTENDED PARTITIONS VERBOSE COSTS ' +
    'LOGICAL FOR ( INTO'
  ).split(' '),
);

/** EXPLAIN, DESCRIBE and DESC are one word to MySQL: what follows tells a table from a statement. */
function explainClass(second: string, third: string): StatementClass {
  if (second === 'RESTORE' && third === 'SNAPSHOT') return 'dialect';
  return explainedStatements.has(second) ? 'explain' : 'describe';
}

/** The statement behind the CTEs: WITH … SELECT, UPDATE or DELETE. */
function classifyWith(tokens: readonly Token[]): StatementClass {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    if (depth > 0 || token.upper === '') continue;
    const found = byFirstWord.get(token.upper);
    if (found === 'select' || (found === 'dml' && token.upper !== 'REPLACE')) return found;
  }
  return 'select';
}
