import { SqlError } from '../../../base/sql-error.ts';
import type { Join } from '../ast.ts';
import type { Environment } from '../environment.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import { notSupported } from '../not-supported.ts';
import {
  qualifiedName,
  type Relation,
  type RelationColumn,
  sameName,
  shownColumns,
  type ShownColumn,
} from '../scope.ts';
import { hasOwnCollation } from '../types.ts';
import { compareValues } from './comparison.ts';
import { filter } from './control.ts';

/** One operand of a join: its text, what it shows, and its tables. */
export type JoinSide = Readonly<{
  sql: string;
  shown: readonly ShownColumn[];
  relations: readonly Relation[];
}>;

/** A join of two operands that are the last ones of the environment's scope. */
export function joinSql(join: Join, left: JoinSide, right: JoinSide, environment: Environment): string {
  if (join.natural || join.using.length > 0) return namedJoin(join, left, right, environment);
  if (join.on === undefined) return `${left.sql} CROSS JOIN ${right.sql}`;
  environment.scope.clause = 'on clause';
  return `${left.sql} ${join.type} JOIN ${right.sql} ON ${filter(join.on, environment)}`;
}

function namedJoin(join: Join, left: JoinSide, right: JoinSide, environment: Environment): string {
  const isOpen = [...left.relations, ...right.relations].some(({ columns }) => columns === undefined);
  if (isOpen) return openJoin(join, left, right, environment);
  const { scope } = environment;
  // RIGHT JOIN is LEFT JOIN of the sides exchanged, also for the columns that it shows.
  const isRight = join.type === 'RIGHT';
  const [first, second] = isRight ? [right, left] : [left, right];
  const common = commonNames(join, first, second).map(
    (name) => [onlyColumn(first, name), onlyColumn(second, name)] as const,
  );
  const others = (side: JoinSide, index: 0 | 1): readonly ShownColumn[] =>
    side.shown.filter((each) => !common.some((pair) => pair[index] === each));
  const joined = new Set([...left.shown, ...right.shown]);
  scope.shown = [
    ...scope.shown.filter((each) => !joined.has(each)),
    ...common.map(([one]) => one),
    ...others(first, 0),
    ...others(second, 1),
  ];
  for (const [one, other] of common) {
    const names = [qualifiedName(one), qualifiedName(other)] as const;
    scope.equated.push([...names], [names[1], names[0]]);
  }
  const conditions = common.map(([one, other]) => (isRight ? equality(other, one) : equality(one, other)));
  if (conditions.length === 0 && join.type === 'INNER') return `${left.sql} CROSS JOIN ${right.sql}`;
  const on = conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
  return `${left.sql} ${join.type} JOIN ${right.sql} ON ${on}`;
}

/** In the order in which the first side has them. */
function commonNames(join: Join, first: JoinSide, second: JoinSide): readonly string[] {
  const names = first.shown.filter(({ column }) => column.hidden !== true).map(({ column }) => column.name);
  if (join.natural) return names.filter((name) => shownColumns(second.shown, name).length > 0);
  for (const name of join.using) {
    if (!names.some((each) => sameName(each, name))) throw unknownColumn(name);
  }
  return names.filter((name) => join.using.some((each) => sameName(each, name)));
}

function onlyColumn(side: JoinSide, name: string): ShownColumn {
  const [found, ...more] = shownColumns(side.shown, name);
  if (found === undefined) throw unknownColumn(name);
  if (more.length === 0) return found;
  throw new SqlError('ambiguous_column', `Column '${name}' in from clause is ambiguous`);
}

function unknownColumn(name: string): SqlError {
  return new SqlError('unknown_column', `Unknown column '${name}' in 'from clause'`);
}

function equality(left: ShownColumn, right: ShownColumn): string {
  const [one, other] = [left, right].map((each) => ({ sql: qualifiedName(each), type: each.column.type }));
  return one === undefined || other === undefined ? 'TRUE' : compareValues('=', one, other);
}

/** Where not all columns are known, DuckDB finds the common ones and compares them itself. */
function openJoin(join: Join, left: JoinSide, right: JoinSide, environment: Environment): string {
  const { merged } = environment.scope;
  const names = join.natural ? commonOf(left, right) : join.using;
  for (const name of names) merged.add(name.toLowerCase());
  refuseCollated(names, [...left.relations, ...right.relations]);
  const sides = [left.sql, `${join.type} JOIN`, right.sql];
  if (join.natural) return `${left.sql} NATURAL ${join.type} JOIN ${right.sql}`;
  return `${sides.join(' ')} USING (${join.using.map(duckdbName).join(', ')})`;
}

function commonOf(left: JoinSide, right: JoinSide): readonly string[] {
  const names = left.shown.map(({ column }) => column.name);
  return names.filter((name) => shownColumns(right.shown, name).length > 0);
}

function refuseCollated(names: readonly string[], relations: readonly Relation[]): void {
  const columns: readonly RelationColumn[] = relations.flatMap((relation) => relation.columns ?? []);
  for (const { name, type } of columns) {
    if (!hasOwnCollation(type) || !names.some((each) => sameName(each, name))) continue;
    notSupported(
      `USING or NATURAL with the column '${name}' of the collation '${type.collation}' beside a table whose columns are not known`,
      'Write ON.',
    );
  }
}
