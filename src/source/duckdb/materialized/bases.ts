import { SqlError } from '../../../base/sql-error.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { Token } from '../../../sql/token.ts';
import type { EngineContext } from '../translation/engine-context.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import { nameKey, sameName } from '../physical/names.ts';
import { lexingOf, sqlModeOf } from '../translation/sql-mode.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import { contextOfDefinitions, contextOfView } from '../translation/contexts.ts';
import { refuseTemporary } from '../dictionary/temporary-tables.ts';
import { columnsOf } from '../dictionary/view-dependents.ts';
import type { Base } from '../dictionary/materialized-view.ts';

/** A SELECT of a materialized view, as the definitions are now. */
export type ReadSelect = Readonly<{
  translated: Translated;
  tokens: readonly Token[];
  bases: readonly Base[];
}>;

/**
 * What the SELECT of a materialized view reads, also through views. Refuses one whose rows could change without a
 * change of a base table: StarRocks does, and nothing would tell when to refresh it.
 */
export function readSelect(engine: Engine, context: EngineContext, select: string): ReadSelect {
  const bases = new Map<string, Base>();
  const direct = addBases(engine, contextOfDefinitions(context), select, bases);
  if (bases.size === 0) {
    throw new SqlError('analysis', 'Can not find base table in query statement of the materialized view');
  }
  return { ...direct, bases: [...bases.values()] };
}

function addBases(
  engine: Engine,
  context: EngineContext,
  select: string,
  bases: Map<string, Base>,
): Omit<ReadSelect, 'bases'> {
  const translated = translateSelect(engine, context, select);
  const tokens = tokenize(select, lexingOf(sqlModeOf(context)));
  refuseChanging(translated, tokens);
  refuseTemporary(translated.objects);
  for (const object of translated.objects) {
    if (engine.dictionary.object(object.database, object.name) === undefined) {
      throw new SqlError('not_supported', `a materialized view of the synchronous one '${object.name}'`);
    }
    const key = `${nameKey(object.database)}\0${nameKey(object.name)}`;
    bases.set(key, merged(bases.get(key), baseOf(object, tokens)));
    if (object.kind !== 'VIEW') continue;
    const { definition } = object;
    addBases(engine, contextOfView(context, definition), definition.select, bases);
  }
  return { translated, tokens };
}

function baseOf(object: StoredObject, tokens: readonly Token[]): Base {
  const { database, name, kind } = object;
  const isStar = tokens.some((token, at) => isStarAt(tokens, token, at));
  const columns = columnsOf(object).filter(
    (column) => isStar || tokens.some((token) => isName(token) && sameName(token.value, column.name)),
  );
  return { database, name, kind, columns: kind === 'VIEW' ? [] : columns, isStar };
}

/** The same object read twice: what either reads of it counts. */
function merged(left: Base | undefined, right: Base): Base {
  if (left === undefined || right.isStar) return right;
  if (left.isStar) return left;
  const more = right.columns.filter((column) => !left.columns.some((each) => each.name === column.name));
  return { ...right, columns: [...left.columns, ...more] };
}

/** `SELECT *`, `, *` or `t.*`: not a product, not COUNT(*). */
function isStarAt(tokens: readonly Token[], token: Token, at: number): boolean {
  if (token.kind !== 'operator' || token.text !== '*') return false;
  const before = tokens[at - 1];
  return (
    before !== undefined &&
    (['SELECT', 'DISTINCT', 'ALL'].includes(before.upper) || before.text === ',' || before.text === '.')
  );
}

const changingFunctions = new Set(
  (
    'NOW LOCALTIME LOCALTIMESTAMP SYSDATE UTC_TIMESTAMP UTC_DATE UTC_TIME CURDATE CURTIME CURRENT_TIMESTAMP ' +
    'CURRENT_DATE CURRENT_TIME RAND RANDOM UUID UUID_SHORT CONNECTION_ID CURRENT_USER SESSION_USER SYSTEM_USER USER ' +
    'DATABASE SCHEMA LAST_INSERT_ID FOUND_ROWS ROW_COUNT SLEEP MYSQL_QUERY_ATTRIBUTE_STRING'
  ).split(' '),
);
/** Functions that need no parentheses. */
const changingWords = new Set(
  'CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER LOCALTIME LOCALTIMESTAMP UTC_TIMESTAMP UTC_DATE UTC_TIME'.split(
    ' ',
  ),
);

function refuseChanging(translated: Translated, tokens: readonly Token[]): void {
  const [system] = translated.systemTables;
  if (system !== undefined) {
    throw new SqlError(
      'not_supported',
      `a materialized view of ${system.schema}.${system.table} is not supported`,
    );
  }
  const changing = tokens.find((token, at) =>
    isChanging(token, tokens[at - 1], tokens[at + 1], tokens[at + 2]),
  );
  if (changing === undefined) return;
  const name = changing.kind === 'word' ? `${changing.text.toLowerCase()}()` : changing.text;
  throw new SqlError(
    'analysis',
    `Materialized view query statement select item ${name} not supported nondeterministic function`,
  );
}

function isChanging(token: Token, before?: Token, next?: Token, second?: Token): boolean {
  if (token.kind === 'user_variable' || token.kind === 'system_variable') return true;
  if (token.kind !== 'word' || before?.text === '.') return false;
  const isCall = next?.text === '(';
  // UNIX_TIMESTAMP(t) of a value is always the same.
  if (token.upper === 'UNIX_TIMESTAMP') return isCall && second?.text === ')';
  return isCall ? changingFunctions.has(token.upper) : changingWords.has(token.upper);
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted';
}
