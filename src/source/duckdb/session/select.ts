import type { DuckDBResult } from '@duckdb/node-api';
import type { Column } from '../../../base/rows.ts';
import type { Token } from '../../../sql/token.ts';
import { addWarning, forgetWarnings } from '../../warnings.ts';
import { loadTables } from '../dml/evaluate.ts';
import { expandPartitions } from '../partitions/selection.ts';
import { columnDescriber, countRows, preparedColumns } from '../select/select-columns.ts';
import { openRead } from '../statement/consistent-read.ts';
import type { Bound } from '../statement/parameters.ts';
import type { StatementScope } from '../statement/scope.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import type { SessionConnection } from './session-connection.ts';

/** A SELECT of a client: its text with the parameters in it, and the text's tokens. */
export type ClientSelect = Readonly<{ bound: Bound; tokens: readonly Token[] }>;

/** A SELECT that DuckDB has begun to answer. */
export type OpenedSelect = Readonly<{
  translated: Translated;
  columns: readonly Column[];
  result: DuckDBResult;
  /** The rows without LIMIT, where SQL_CALC_FOUND_ROWS asks for them. */
  foundRows: bigint | undefined;
}>;

/** Opens a SELECT on one state of names and rows. Warnings are those of this statement from here on. */
export async function openSelect(
  scope: StatementScope,
  connection: SessionConnection,
  { bound, tokens }: ClientSelect,
): Promise<OpenedSelect> {
  const { translated, opened } = await openRead(scope.engine.swaps, {
    snapshot: scope.snapshot,
    translate: () => translate(scope, { bound, tokens }),
    open: async (translated) => {
      await loadTables(scope, translated);
      // The count would tell the same values again.
      connection.takeNotes(undefined);
      const foundRows = await countRows(scope, translated.foundRowsSql);
      forgetWarnings(scope.warnings, 0);
      for (const warning of translated.warnings) addWarning(scope.warnings, warning);
      connection.takeNotes(scope.notes);
      return { foundRows, result: await scope.connection.stream(translated.sql) };
    },
  });
  const { foundRows, result } = opened;
  const describe = columnDescriber(scope, translated, { tokens, text: bound.text });
  const columns = result.columnTypes().map((type, index) => describe(index, result.columnName(index), type));
  return { translated, columns, result, foundRows };
}

/** The columns of a SELECT that is only prepared. */
export async function describeSelect(
  scope: StatementScope,
  select: ClientSelect,
): Promise<readonly Column[]> {
  const { tokens, bound } = select;
  const translated = translate(scope, select);
  await loadTables(scope, translated);
  return preparedColumns(scope, translated, { tokens, text: bound.text });
}

function translate(scope: StatementScope, { bound: { text, written }, tokens }: ClientSelect): Translated {
  const expanded = expandPartitions(scope, tokens, text);
  return translateSelect(scope.engine, scope.context, expanded.text, {
    assigns: true,
    substitutes: expanded.substitutes,
    isShown: true,
    ...(expanded.text === text ? { written } : {}),
  });
}
