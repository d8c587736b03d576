import { characterSetOf, defaultCharacterSet, defaultCollation } from './character-sets.ts';
import type {
  ColumnDefinition,
  DataType,
  KeyDefinition,
  Partitioning,
  TableDefinition,
} from './definition.ts';
import { quoteName } from '../quote.ts';

/** Types that only StarRocks has. */
const starRocksTypes: ReadonlySet<string> = new Set(
  'LARGEINT STRING HLL BITMAP PERCENTILE VARIANT ARRAY MAP STRUCT DECIMAL32 DECIMAL64 DECIMAL128 DECIMAL256'.split(
    ' ',
  ),
);
const starRocksKeys: ReadonlySet<string> = new Set(['BITMAP', 'GIN', 'NGRAMBF']);

/**
 * True for a table written in StarRocks' SQL: with a clause, type, index or form of partition that MySQL lacks. Such
 * a table keeps BOOLEAN and the KEY word of columns, and its text is printed in StarRocks' way.
 */
export function isStarRocksTable(definition: TableDefinition): boolean {
  const { model, distribution, orderBy, properties, partitioning, options } = definition;
  if (model !== undefined || distribution !== undefined || orderBy !== undefined) return true;
  if (properties.length > 0 || options.engine?.toUpperCase() === 'OLAP') return true;
  if (definition.keys.some((key) => starRocksKeys.has(key.kind))) return true;
  if (definition.columns.some((column) => isStarRocksColumn(column))) return true;
  return partitioning !== undefined && isStarRocksPartitioning(partitioning);
}

function isStarRocksColumn(column: ColumnDefinition): boolean {
  return column.aggregate !== undefined || starRocksTypes.has(column.type.name);
}

function isStarRocksPartitioning(partitioning: Partitioning): boolean {
  if (partitioning.kind === 'EXPRESSION') return true;
  if (partitioning.kind !== 'RANGE' && partitioning.kind !== 'LIST') return false;
  const severalColumns = partitioning.spelling === partitioning.kind && partitioning.columns.length > 1;
  return severalColumns || partitioning.partitions.some((partition) => partition.bounds.kind === 'fixed');
}

/** What a column's words mean once it is known to which kind of table it belongs, and with which character set. */
export function settleColumn(
  column: ColumnDefinition,
  table: Readonly<{ isStarRocks: boolean; characterSet: string | undefined }>,
): ColumnDefinition {
  return { ...column, type: settleType(column.type, table) };
}

function settleType(
  type: DataType,
  table: Readonly<{ isStarRocks: boolean; characterSet: string | undefined }>,
): DataType {
  if (type.name === 'BOOLEAN' && !table.isStarRocks) return { ...type, name: 'TINYINT', arguments: [1] };
  if (type.characterSet === 'binary' && binaryTypes[type.name] !== undefined) return asBinary(type);
  const { characterSet, collation } = type;
  if (collation === '_bin') {
    const set = characterSet ?? table.characterSet ?? defaultCharacterSet;
    return { ...type, characterSet: set, collation: `${set}_bin` };
  }
  if (collation !== undefined) return { ...type, characterSet: characterSet ?? characterSetOf(collation) };
  // MySQL shows the collation of utf8mb4 always, since its default has changed between versions.
  return characterSet === defaultCharacterSet ? { ...type, collation: defaultCollation } : type;
}

/** What MySQL makes of text types with CHARACTER SET binary. */
const binaryTypes: Readonly<Record<string, string>> = {
  CHAR: 'BINARY',
  VARCHAR: 'VARBINARY',
  TINYTEXT: 'TINYBLOB',
  TEXT: 'BLOB',
  MEDIUMTEXT: 'MEDIUMBLOB',
  LONGTEXT: 'LONGBLOB',
};

function asBinary(type: DataType): DataType {
  const { characterSet: _set, collation: _collation, ...rest } = type;
  return { ...rest, name: binaryTypes[type.name] ?? type.name };
}

/**
 * The definition with the engine, character set and collation that MySQL shows for every table; one in StarRocks' SQL
 * gets StarRocks' engine alone.
 */
export function withDefaults(
  definition: TableDefinition,
  database: Readonly<{ characterSet?: string; collation?: string }> = {},
): TableDefinition {
  const { options } = definition;
  if (isStarRocksTable(definition)) {
    return { ...definition, options: { ...options, engine: options.engine ?? 'OLAP' } };
  }
  const characterSet = options.characterSet ?? database.characterSet ?? defaultCharacterSet;
  const inherited = options.characterSet === undefined ? database.collation : undefined;
  const isShown = characterSet === defaultCharacterSet;
  const collation = options.collation ?? inherited ?? (isShown ? defaultCollation : undefined);
  const engine = options.engine ?? 'InnoDB';
  return { ...definition, options: { ...options, engine, characterSet, ...(collation && { collation }) } };
}

/** MySQL partitions by an expression where StarRocks names columns: RANGE (id) of a MySQL table is the former. */
export function settlePartitioning(partitioning: Partitioning, isStarRocks: boolean): Partitioning {
  const [column] = partitioning.columns;
  const isPlain = partitioning.spelling === 'RANGE' || partitioning.spelling === 'LIST';
  if (isStarRocks || !isPlain || column === undefined) return partitioning;
  return { ...partitioning, columns: [], expression: { text: quoteName(column) } };
}

/** The key with a name: its first column, with _2, _3 … where that is taken, as MySQL makes them. */
export function nameKey(key: KeyDefinition, taken: readonly string[]): KeyDefinition {
  if (key.name !== '') return key;
  const first = key.parts[0];
  const base = first?.expression === undefined ? (first?.column ?? '') : 'functional_index';
  const used = new Set([...taken, 'PRIMARY'].map((name) => name.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`;
    if (!used.has(name.toLowerCase())) return { ...key, name };
  }
}

/** `<table>_ibfk_1`, `<table>_chk_1` …: one above the greatest number in use. */
export function constraintName(table: string, kind: 'ibfk' | 'chk', taken: readonly string[]): string {
  const prefix = `${table}_${kind}_`;
  const numbers = taken
    .filter((name) => name.toLowerCase().startsWith(prefix.toLowerCase()))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((number) => Number.isSafeInteger(number));
  return `${prefix}${Math.max(0, ...numbers) + 1}`;
}

/** MySQL's order of keys: unique ones without NULLs, other unique ones, the rest, FULLTEXT; else as written. */
export function sortKeys(
  keys: readonly KeyDefinition[],
  columns: readonly ColumnDefinition[],
): readonly KeyDefinition[] {
  const nullable = new Set(
    columns.filter((column) => column.nullable).map((column) => column.name.toLowerCase()),
  );
  const rank = (key: KeyDefinition): number => {
    if (key.kind === 'FULLTEXT') return 3;
    if (key.kind !== 'UNIQUE') return 2;
    return key.parts.some((part) => part.expression !== undefined || nullable.has(part.column.toLowerCase()))
      ? 1
      : 0;
  };
  return [...keys].sort((left, right) => rank(left) - rank(right));
}
