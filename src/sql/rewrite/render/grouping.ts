import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnName, Expression, Select, TableExpression } from '../ast.ts';
import type { Environment } from '../environment.ts';
import { aggregates, scopeOfAggregate } from '../functions/aggregates.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import { findColumn, sameName, unknownColumn, type Grouping, type Relation, type Scope } from '../scope.ts';
import { equalityKey } from '../conversions/keys.ts';
import { hasKey, type Rendered } from '../types.ts';
import { contains } from '../walk.ts';

/** True when the expression has an aggregate of this level; ANY_VALUE makes no groups. */
export function hasAggregate(node: Expression, scope: Scope): boolean {
  return contains(
    node,
    (each) =>
      each.kind === 'call' &&
      each.window === undefined &&
      each.name !== 'ANY_VALUE' &&
      aggregates.has(each.name) &&
      scopeOfAggregate(each, scope) === scope,
  );
}

/**
 * What may stand in a grouped select: keys as they are; other columns as an arbitrary value of the group, if
 * the keys determine them or ONLY_FULL_GROUP_BY is off; else MySQL's error 1055 (manual, MySQL Handling of
 * GROUP BY, and Detection of Functional Dependence).
 */
export function openGrouping(keys: readonly Rendered[], select: Select, environment: Environment): Grouping {
  const isStrict = environment.context.sqlMode.has('ONLY_FULL_GROUP_BY');
  const shown = new Map(keys.map((key) => [key.sql, shownKey(key, select.rollup)]));
  const scope = environment.scope;
  const named = new Set(shown.keys());
  // What a row of WITH ROLLUP sums up has many values of what a key determines elsewhere.
  const known = select.rollup ? named : closure(named, scope, equalities(select, scope));
  const determined = isStrict ? known : undefined;
  return {
    place: '',
    hasExpressions: keys.some((key) => !plainKey.test(key.sql)),
    keyOf: (sql) => shown.get(sql),
    columnOutside(relation, name, sql) {
      if (determined !== undefined && !determined.has(sql)) {
        if (this.place === havingPlace) throw unknownColumn(name, 'having clause');
        throw notGrouped(this.place, relation, name, keys.length);
      }
      return `first(${sql})`;
    },
  };
}

/**
 * The key as the select list has it. Texts that a collation of its own calls equal are one group, of which one stands for
 * all; a row of WITH ROLLUP has none.
 */
function shownKey(key: Rendered, isRollup: boolean): string {
  if (isRollup && key.literal !== undefined)
    return `CASE WHEN grouping(${keySql(key)}) = 0 THEN ${key.sql} END`;
  if (!hasKey(key.type)) return key.sql;
  const one = `first(${key.sql})`;
  return isRollup ? `CASE WHEN grouping(${equalityKey(key)}) = 0 THEN ${one} END` : one;
}

/** What GROUP BY has for a key. A literal groups nothing, and a number alone DuckDB would read as a position. */
export function keySql(key: Rendered): string {
  return key.literal === undefined ? equalityKey(key) : `CAST(${key.sql} AS VARCHAR)`;
}

/** What HAVING reads, for messages. A column that is neither a key nor in the select list is unknown to it. */
export const havingPlace = 'Expression #1 of HAVING clause';

/** A column's name, qualified or not. */
const plainKey = /^("(?:[^"]|"")*"\.)?"(?:[^"]|"")*"$/;

function notGrouped(place: string, relation: Relation, name: string, keyCount: number): SqlError {
  const column = [relation.database, relation.alias, name].filter((part) => part !== undefined).join('.');
  const mode = 'this is incompatible with sql_mode=only_full_group_by';
  const text =
    keyCount === 0
      ? `In aggregated query without GROUP BY, ${place.replace('Expression', 'expression')} contains nonaggregated column '${column}'; ${mode}`
      : `${place} is not in GROUP BY clause and contains nonaggregated column '${column}' which is not functionally dependent on columns in GROUP BY clause; ${mode}`;
  return new SqlError(keyCount === 0 ? 'not_aggregated' : 'not_group_by', text, {
    hint: 'Add the column to GROUP BY, or wrap it in ANY_VALUE().',
  });
}

/** Pairs of columns that are equal in every row; `undefined` on the right is a constant. */
type Equality = readonly [left: string, right: string | undefined];

function equalities(select: Select, scope: Scope): readonly Equality[] {
  const found: Equality[] = [...scope.equated];
  const conditions = [select.where, ...select.from.flatMap(innerConditions)];
  for (const condition of conditions.flatMap(conjuncts)) {
    if (condition.kind !== 'compare' || condition.operator !== '=') continue;
    const sides = [condition.left, condition.right].map((side) =>
      side.kind === 'column' ? columnKey(scope, side) : undefined,
    );
    const constant = [condition.left, condition.right].some(isConstant);
    const [left, right] = sides;
    if (left !== undefined && right !== undefined) found.push([left, right], [right, left]);
    else if (constant && (left ?? right) !== undefined) found.push([left ?? right ?? '', undefined]);
  }
  return found;
}

function isConstant(node: Expression): boolean {
  return (
    node.kind === 'number' || node.kind === 'string' || node.kind === 'parameter' || node.kind === 'temporal'
  );
}

function conjuncts(node: Expression | undefined): readonly Expression[] {
  if (node === undefined) return [];
  return node.kind === 'logical' && node.operator === 'AND' ? node.operands.flatMap(conjuncts) : [node];
}

/** ON conditions of inner joins, and of outer ones, whose dependencies run from the outer to the inner side. */
function innerConditions(table: TableExpression): readonly (Expression | undefined)[] {
  if (table.kind !== 'join') return [];
  return [table.on, ...innerConditions(table.left), ...innerConditions(table.right)];
}

function columnKey(scope: Scope, name: ColumnName): string | undefined {
  const match = findColumn(scope, name);
  return match === undefined
    ? undefined
    : `${match.relation.sqlName}.${duckdbName(match.column?.name ?? name.name)}`;
}

/** All columns that the keys determine: by equality, and by a whole key of their table. */
function closure(keys: ReadonlySet<string>, scope: Scope, equal: readonly Equality[]): ReadonlySet<string> {
  const known = new Set(keys);
  for (let size = -1; size !== known.size;) {
    size = known.size;
    for (const [left, right] of equal) {
      if (right === undefined || known.has(right)) known.add(left);
    }
    for (const relation of scope.relations) {
      if (!isDetermined(relation, known)) continue;
      for (const column of relation.columns ?? [])
        known.add(`${relation.sqlName}.${duckdbName(column.name)}`);
    }
  }
  return known;
}

function isDetermined(relation: Relation, known: ReadonlySet<string>): boolean {
  const shape = relation.shape;
  if (shape === undefined) return false;
  const isNotNull = (name: string): boolean =>
    shape.columns.some((column) => sameName(column.name, name) && column.nullable === false);
  const uniqueKeys = shape.uniqueKeys.filter((key) => key.every(isNotNull));
  return [shape.primaryKey, ...uniqueKeys].some(
    (key) => key.length > 0 && key.every((name) => hasColumn(relation, known, name)),
  );
}

function hasColumn(relation: Relation, known: ReadonlySet<string>, name: string): boolean {
  const column = relation.columns?.find((each) => sameName(each.name, name));
  return known.has(`${relation.sqlName}.${duckdbName(column?.name ?? name)}`);
}
