import { duckdbText } from '../../sql/duckdb-quote.ts';

/**
 * A query of DuckDB for how many rows Parquet files hold by the headers of their row groups, which is what a reader goes by;
 * the count of the whole file may say anything.
 */
export function countOfFiles(paths: readonly string[]): string {
  const list = paths.map((path) => duckdbText(path)).join(', ');
  return (
    'SELECT coalesce(sum(rows), 0) FROM ' +
    `(SELECT DISTINCT file_name, row_group_id, row_group_num_rows AS rows FROM parquet_metadata([${list}]))`
  );
}
