import { integerColumn, textColumn } from '../../base/rows.ts';
import type { ExplainedObject } from '../../job/explain-restore.ts';
import type { RestoreAction } from '../../source/restoring.ts';
import type { Table } from '../answer.ts';

const words: Readonly<Record<RestoreAction, string>> = {
  create: 'CREATE',
  replace: 'REPLACE',
  replace_partitions: 'REPLACE PARTITIONS',
  keep: 'KEEP',
  drop: 'DROP',
  refuse: 'REFUSE',
};

/** EXPLAIN RESTORE: a row for each object that the restore would touch, or leave alone though it is in the snapshot. */
export function explainTable(objects: readonly ExplainedObject[]): Table {
  const columns = [
    ...['Kind', 'Object', 'Target', 'Action', 'Partitions'].map((name) => textColumn(name)),
    ...['Rows', 'Bytes'].map((name) => integerColumn(name)),
    textColumn('Note', 1_000),
  ];
  return {
    columns,
    rows: objects.map(({ kind, name, target, action, partitions, rows, bytes, note }) => [
      kind.replace('_', ' '),
      name ?? null,
      target,
      words[action],
      partitions?.join(', ') ?? null,
      rows ?? null,
      bytes ?? null,
      note ?? null,
    ]),
  };
}
