import { SqlError } from '../../../base/sql-error.ts';
import type { TokenReader } from '../../token-reader.ts';
import type { TableDefinition } from '../definition.ts';
import {
  type CreateMaterializedView,
  intervalUnits,
  type MaterializedViewAction,
  type MaterializedViewStatement,
  partitionUnits,
  type RefreshMaterializedView,
  type RefreshSchedule,
  type RefreshScheme,
  type ViewPartitioning,
} from '../materialized-view.ts';
import { parseDistribution, parseSortKey } from './create-table.ts';
import { parseObjectName } from './names.ts';
import { parseProperties } from './properties.ts';
import { parseViewColumns } from './view.ts';

type Clauses = {
  distribution?: NonNullable<TableDefinition['distribution']>;
  partitionBy?: ViewPartitioning;
  orderBy?: readonly string[];
  refresh?: RefreshScheme;
  properties?: readonly (readonly [string, string])[];
};

/**
 * create materialized view := MATERIALIZED VIEW [IF NOT EXISTS] name [( columns )] [COMMENT 'text'] {clause} AS select
 * clause := DISTRIBUTED BY … | PARTITION BY … | ORDER BY ( columns ) | REFRESH … | PROPERTIES ( … )
 *
 * Each clause at most once, in any order.
 */
export function parseCreateMaterializedView(reader: TokenReader): CreateMaterializedView {
  reader.expect('MATERIALIZED', 'VIEW');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseObjectName(reader);
  const columns = parseViewColumns(reader);
  const comment = reader.accept('COMMENT') ? reader.string() : undefined;
  const clauses: Clauses = {};
  while (!reader.accept('AS')) parseClause(reader, clauses);
  if (!reader.isWord('SELECT', 'WITH') && !reader.isOperator('(')) reader.fail();
  const { properties = [], ...others } = clauses;
  return {
    kind: 'create_materialized_view',
    name,
    ifNotExists,
    columns,
    ...(comment === undefined ? {} : { comment }),
    ...others,
    properties,
    select: reader.rest(),
  };
}

function parseClause(reader: TokenReader, clauses: Clauses): void {
  if (clauses.distribution === undefined && reader.isPhrase('DISTRIBUTED', 'BY')) {
    clauses.distribution = parseDistribution(reader);
  } else if (clauses.partitionBy === undefined && reader.accept('PARTITION', 'BY')) {
    clauses.partitionBy = parsePartitionBy(reader);
  } else if (clauses.orderBy === undefined && reader.accept('ORDER', 'BY')) {
    clauses.orderBy = parseSortKey(reader);
  } else if (clauses.refresh === undefined && reader.accept('REFRESH')) {
    clauses.refresh = parseRefreshScheme(reader);
  } else if (clauses.properties === undefined && reader.accept('PROPERTIES')) {
    clauses.properties = parseProperties(reader);
  } else reader.fail();
}

/** partition by := column | date_trunc ( 'unit' , column ), also in parentheses */
function parsePartitionBy(reader: TokenReader): ViewPartitioning {
  if (reader.isOperator('(')) return reader.parenthesized(() => parsePartitionBy(reader));
  if (!reader.isWord('DATE_TRUNC') || !reader.isOperator('(', 1)) return { column: partitionColumn(reader) };
  reader.next();
  return reader.parenthesized(() => {
    const written = reader.string().toLowerCase();
    const unit = partitionUnits.find((each) => each === written) ?? reader.fail();
    reader.expectOperator(',');
    return { column: partitionColumn(reader), unit };
  });
}

/** A qualifier says only where the SELECT has the column from. */
function partitionColumn(reader: TokenReader): string {
  return reader.namePath().at(-1) ?? reader.fail();
}

/**
 * refresh scheme := [IMMEDIATE | DEFERRED] [MANUAL | INCREMENTAL | ASYNC [START ( 'time' )] [EVERY ( INTERVAL n unit )]]
 *
 * Without a mode the view is refreshed by hand, as in StarRocks.
 */
function parseRefreshScheme(reader: TokenReader): RefreshScheme {
  const moment = reader.acceptOneOf('IMMEDIATE', 'DEFERRED') ?? 'IMMEDIATE';
  if (reader.isWord('INCREMENTAL')) {
    throw new SqlError('not_supported', 'REFRESH INCREMENTAL is not supported', {
      hint: 'REFRESH ASYNC of a partitioned view refreshes only what has changed.',
    });
  }
  if (!reader.accept('ASYNC')) {
    reader.accept('MANUAL');
    return { moment, mode: { kind: 'manual' } };
  }
  const start = reader.accept('START') ? reader.parenthesized(() => reader.string()) : undefined;
  if (start !== undefined) checkTime(start);
  if (start !== undefined || reader.isWord('EVERY')) {
    return { moment, mode: { ...parseEvery(reader), ...(start === undefined ? {} : { start }) } };
  }
  return { moment, mode: { kind: 'on_change' } };
}

function parseEvery(reader: TokenReader): RefreshSchedule {
  reader.expect('EVERY');
  return reader.parenthesized(() => {
    reader.expect('INTERVAL');
    const count = reader.integer();
    if (count === 0) throw new SqlError('analysis', 'Interval of EVERY must be positive');
    const unit = reader.expectOneOf(...intervalUnits);
    return { kind: 'schedule', every: { count, unit } };
  });
}

function checkTime(text: string): void {
  const isTime = /^\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}:\d{2})?$/.test(text);
  if (isTime && !Number.isNaN(Date.parse(text.replace(' ', 'T')))) return;
  throw new SqlError('analysis', `Invalid date literal '${text}' of START`);
}

/**
 * alter := RENAME name | [SET] REFRESH scheme | ACTIVE | INACTIVE | SET ( properties ) | SWAP WITH name
 *
 * The reader stands past the view's name.
 */
export function parseAlterMaterializedView(reader: TokenReader): MaterializedViewStatement {
  const name = parseObjectName(reader);
  const action = parseAction(reader);
  reader.expectEnd();
  return { kind: 'alter_materialized_view', name, action };
}

function parseAction(reader: TokenReader): MaterializedViewAction {
  if (reader.accept('SET', 'REFRESH')) return { kind: 'refresh', refresh: parseRefreshScheme(reader) };
  switch (reader.expectOneOf('RENAME', 'REFRESH', 'ACTIVE', 'INACTIVE', 'SET', 'SWAP')) {
    case 'RENAME':
      return { kind: 'rename', to: reader.name() };
    case 'REFRESH':
      return { kind: 'refresh', refresh: parseRefreshScheme(reader) };
    case 'ACTIVE':
      return { kind: 'active' };
    case 'INACTIVE':
      return { kind: 'inactive' };
    case 'SET':
      return { kind: 'set_properties', properties: parseProperties(reader) };
    case 'SWAP':
      reader.expect('WITH');
      return { kind: 'swap_with', view: reader.name() };
  }
}

/** refresh := name [PARTITION START ( 'a' ) END ( 'b' )] [FORCE] [WITH (SYNC | ASYNC) MODE] */
export function parseRefresh(reader: TokenReader): RefreshMaterializedView {
  const name = parseObjectName(reader);
  const range = reader.accept('PARTITION') ? parseRange(reader) : undefined;
  const force = reader.accept('FORCE');
  const mode = reader.accept('WITH') ? parseMode(reader) : 'ASYNC';
  reader.expectEnd();
  return {
    kind: 'refresh_materialized_view',
    name,
    ...(range === undefined ? {} : { range }),
    force,
    mode,
  };
}

function parseMode(reader: TokenReader): RefreshMaterializedView['mode'] {
  const mode = reader.expectOneOf('SYNC', 'ASYNC');
  reader.expect('MODE');
  return mode;
}

function parseRange(reader: TokenReader): NonNullable<RefreshMaterializedView['range']> {
  reader.expect('START');
  const start = reader.parenthesized(() => reader.string());
  reader.expect('END');
  return { start, end: reader.parenthesized(() => reader.string()) };
}

/** cancel refresh := name [FORCE] */
export function parseCancelRefresh(reader: TokenReader): MaterializedViewStatement {
  const name = parseObjectName(reader);
  const force = reader.accept('FORCE');
  reader.expectEnd();
  return { kind: 'cancel_refresh_materialized_view', name, force };
}
