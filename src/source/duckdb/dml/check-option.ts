import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StatementScope } from '../statement/scope.ts';
import { type ChangedView, viewRows } from './changed-view.ts';
import { loadTables } from './evaluate.ts';
import { refuse, rowsSubstitute } from './row-checks.ts';
import { rowNumber } from './staging.ts';

/**
 * WITH CHECK OPTION: refuses, or with IGNORE takes out, staged rows of the table that the views would not show. LOCAL is of
 * the view's own condition, CASCADED also of those below it, each of which may have an option of its own. Returns how many
 * rows were taken out.
 */
export async function checkView(
  scope: StatementScope,
  changed: ChangedView | undefined,
  rows: string,
  ignore: boolean,
): Promise<number> {
  const checked = changed === undefined ? [] : checkedLevels(changed);
  if (changed === undefined || !checked.includes(true)) return 0;
  const { substitute, systemTables } = viewRows(scope, changed, {
    id: '__n',
    rows: rowsSubstitute(changed.table, rows),
    isFiltered: (index) => checked[index] === true,
  });
  await loadTables(scope, { systemTables });
  const { database, name } = changed.levels[0].view;
  const shown = `SELECT ${duckdbName('__n')} FROM ${substitute.sql} AS shown`;
  return refuse(scope, rows, `${rowNumber} NOT IN (${shown})`, ignore, {
    kind: 'check_option',
    number: 1369,
    message: `CHECK OPTION failed '${database}.${name}'`,
  });
}

function checkedLevels({ levels }: ChangedView): readonly boolean[] {
  let isCascaded = false;
  return levels.map(({ view }) => {
    const { checkOption } = view.definition;
    const isChecked = isCascaded || checkOption !== undefined;
    isCascaded ||= checkOption === 'CASCADED';
    return isChecked;
  });
}
