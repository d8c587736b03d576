import { type PlanNode, scannedTables } from './plan.ts';
import { changeWord, type Root } from '../dml/explained.ts';

/** The tables as MySQL's document names them, which tools draw, and DuckDB's plan beside them. */
export function planDocument(plan: readonly PlanNode[], root: Root | undefined, json: string): string {
  const read = plan
    .flatMap((node) => scannedTables(node))
    .map(({ name, rows, condition }) => ({
      table: {
        ...(root?.tables.includes(name) === true ? changeOf(root) : {}),
        table_name: name,
        access_type: 'ALL',
        ...(rows === undefined ? {} : { rows_examined_per_scan: rows }),
        ...(condition === undefined ? {} : { attached_condition: condition }),
      },
    }));
  const put = read.some(({ table }) => root?.tables.includes(table.table_name) === true)
    ? []
    : (root?.tables ?? []).map((name) => ({
        table: { ...(root === undefined ? {} : changeOf(root)), table_name: name, access_type: 'ALL' },
      }));
  const tables = [...put, ...read];
  const [table] = tables;
  const shown = tables.length === 1 ? table : { nested_loop: tables };
  const own: unknown = json === '' ? [] : JSON.parse(json);
  return JSON.stringify({ query_block: { select_id: 1, ...shown, plan: own } }, null, 2);
}

/** `"update": true`, as MySQL marks the table that is changed. */
function changeOf(root: Root): Readonly<Record<string, true>> {
  return { [changeWord(root).toLowerCase()]: true };
}
