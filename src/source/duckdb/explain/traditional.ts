import { type Cell, type Column, integerColumn, textColumn } from '../../../base/rows.ts';
import { changeWord, type Root } from '../dml/explained.ts';
import { type PlanNode, type ScannedTable, scannedTables } from './plan.ts';

/** MySQL's columns of FORMAT=TRADITIONAL. */
export const traditionalColumns: readonly Column[] = [
  integerColumn('id'),
  ...['select_type', 'table', 'partitions', 'type', 'possible_keys', 'key', 'key_len', 'ref'].map((name) =>
    textColumn(name, 256),
  ),
  integerColumn('rows'),
  textColumn('filtered', 10),
  textColumn('Extra', 256),
];

/** A row for each table that the plan reads, and for what the statement puts rows into. */
export function traditionalRows(plan: readonly PlanNode[], root: Root | undefined): readonly Cell[][] {
  const scanned = plan.flatMap((node) => scannedTables(node));
  if (root === undefined)
    return scanned.length === 0 ? [withoutTable(plan)] : scanned.map((table) => rowOf('SIMPLE', table));
  const verb = changeWord(root);
  const isPut = verb === 'INSERT' || verb === 'REPLACE';
  if (isPut)
    return [
      ...root.tables.map((name) => putRow(verb, name)),
      ...scanned.map((table) => rowOf('SIMPLE', table)),
    ];
  const read = scanned.map((table) => rowOf(root.tables.includes(table.name) ? verb : 'SIMPLE', table));
  const isRead = root.tables.some((name) => scanned.some((table) => table.name === name));
  return isRead ? read : [...root.tables.map((name) => unread(verb, name)), ...read];
}

/** The plan has found out that there is no row. */
function unread(verb: string, name: string): Cell[] {
  return [1, verb, name, null, null, null, null, null, null, null, null, 'Impossible WHERE'];
}

function putRow(verb: string, name: string): Cell[] {
  return [1, verb, name, null, 'ALL', null, null, null, null, null, null, null];
}

function withoutTable(plan: readonly PlanNode[]): Cell[] {
  const isEmpty = plan.some((node) => hasEmptyResult(node));
  const extra = isEmpty ? 'Impossible WHERE' : 'No tables used';
  return [1, 'SIMPLE', null, null, null, null, null, null, null, null, null, extra];
}

function hasEmptyResult({ name, children }: PlanNode): boolean {
  return name === 'EMPTY_RESULT' || children.some((child) => hasEmptyResult(child));
}

/** The engine reads all rows of a table but where it looks a key up; what part of them is left it does not tell. */
function rowOf(selectType: string, { name, rows, condition, byIndex }: ScannedTable): Cell[] {
  const extra = condition === undefined ? null : 'Using where';
  const type = byIndex ? 'range' : 'ALL';
  return [1, selectType, name, null, type, null, null, null, null, rows ?? null, '100.00', extra];
}
