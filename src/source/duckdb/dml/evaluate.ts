import { duckdbText } from '../../../sql/duckdb-quote.ts';
import { DuckDBTypeId } from '@duckdb/node-api';
import { readWithin } from '../statement/consistent-read.ts';
import type { StatementScope } from '../statement/scope.ts';
import { loadSystemTables } from '../engine/system-tables.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import type { SourceKind } from './conversion-sql.ts';

/** Expressions computed by one statement; bounds its length. */
const expressionsEach = 200;
/** Functions whose every call may give another value, so that equal texts are not computed once for all. */
const volatilePattern = /\b(?:uuid|rand|uuid_short|sysdate|random_bytes)\s*\(/i;

export type Evaluated = string | Uint8Array | null;

/** The values of expressions without columns, as text or bytes. */
export async function evaluate(
  scope: StatementScope,
  expressions: readonly string[],
): Promise<readonly Evaluated[]> {
  const distinct = new Map<string, number>();
  const texts: string[] = [];
  const indexes = expressions.map((text) => {
    const known = volatilePattern.test(text) ? undefined : distinct.get(text);
    if (known !== undefined) return known;
    distinct.set(text, texts.length);
    return texts.push(text) - 1;
  });
  const values: Evaluated[] = [];
  for (let first = 0; first < texts.length; first += expressionsEach) {
    values.push(...(await evaluateSome(scope, texts.slice(first, first + expressionsEach))));
  }
  return indexes.map((index) => values[index] ?? null);
}

async function evaluateSome(scope: StatementScope, texts: readonly string[]): Promise<readonly Evaluated[]> {
  const items = texts.map((text, index) => `(${text}) AS e${index}`);
  const translate = (): Translated =>
    translateSelect(scope.engine, scope.context, `SELECT ${items.join(', ')}`);
  return readWithin(scope, translate, (translated) => valuesOf(scope, texts, translated));
}

async function valuesOf(
  scope: StatementScope,
  texts: readonly string[],
  translated: Translated,
): Promise<readonly Evaluated[]> {
  await loadTables(scope, translated);
  const kinds = await sourceKinds(scope, translated.sql);
  const shown = kinds.map((kind, index) => {
    if (kind === 'bytes') return `'x' || hex(e${index})`;
    if (kind === 'boolean') return `'t' || CAST(CAST(e${index} AS TINYINT) AS VARCHAR)`;
    if (kind === 'double') return `'t' || regexp_replace(CAST(e${index} AS VARCHAR), '\\.0$', '')`;
    return `'t' || CAST(e${index} AS VARCHAR)`;
  });
  const names = texts.map((_, index) => `e${index}`).join(', ');
  const rows = await scope.connection.facts(
    `SELECT ${shown.join(', ')} FROM (${translated.sql}) AS q(${names})`,
  );
  return (rows[0] ?? []).map((value) => {
    if (value === null) return null;
    const text = String(value);
    return text.startsWith('x') ? Buffer.from(text.slice(1), 'hex') : text.slice(1);
  });
}

/** Loads what the statement reads of the catalog's own tables. */
export async function loadTables(
  scope: StatementScope,
  translated: Pick<Translated, 'systemTables'>,
): Promise<void> {
  const provider = scope.engine.systemTables;
  if (provider === undefined || translated.systemTables.length === 0) return;
  const { engine, context, signal } = scope;
  await loadSystemTables(scope.connection, translated.systemTables, {
    provider,
    fixed: engine.fixedRows,
    context,
    signal,
  });
}

/** How the columns of a DuckDB statement are to be converted. */
export async function sourceKinds(scope: StatementScope, sql: string): Promise<readonly SourceKind[]> {
  const statement = await scope.connection.prepare(sql);
  try {
    return Array.from({ length: statement.columnCount }, (_, index) => kindOf(statement.columnTypeId(index)));
  } finally {
    statement.destroySync();
  }
}

function kindOf(type: DuckDBTypeId): SourceKind {
  switch (type) {
    case DuckDBTypeId.VARCHAR:
      return 'text';
    case DuckDBTypeId.BLOB:
      return 'bytes';
    case DuckDBTypeId.BOOLEAN:
      return 'boolean';
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return 'double';
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.DECIMAL:
      return 'number';
    default:
      return 'other';
  }
}

/** The text of an evaluated value as a DuckDB literal, for use as the source of a column. */
export function evaluatedSource(value: Evaluated): Readonly<{ source: string; kind: SourceKind }> {
  if (value === null) return { source: 'CAST(NULL AS VARCHAR)', kind: 'text' };
  if (value instanceof Uint8Array)
    return { source: `unhex('${Buffer.from(value).toString('hex')}')`, kind: 'bytes' };
  return { source: duckdbText(value), kind: 'text' };
}
