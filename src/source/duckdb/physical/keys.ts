import type { ColumnDefinition, KeyDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { describeColumnType } from '../../../sql/ddl/type-facts.ts';
import { collationKey, isBareBytes, isDefaultCollation } from '../../../sql/rewrite/collations.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { columnIndex } from './names.ts';
import { classOf, isBinaryText } from './types.ts';

/** `collation` is that of a text which DuckDB does not compare as the column does. */
type KeyPart = Readonly<{ column: ColumnDefinition; prefixLength?: number; collation?: string }>;

/** A key that admits each combination of values once. NULLs never collide, except that a primary key has none. */
export type UniqueKey = Readonly<{
  /** As MySQL names it in errors: `PRIMARY` or the key's own name. */
  name: string;
  parts: readonly KeyPart[];
  /**
   * Of a key model of StarRocks, where keys are one when they have the same bytes, and NULL is one value. MySQL's keys
   * are compared by their collations, and NULLs never meet.
   */
  isModel?: true;
}>;

/** All keys that forbid doubles; the primary one first, also when it is StarRocks' PRIMARY or UNIQUE KEY model. */
export function uniqueKeys(definition: TableDefinition): readonly UniqueKey[] {
  const keys: UniqueKey[] = [];
  if (definition.primaryKey !== undefined) keys.push(keyOf(definition, definition.primaryKey, 'PRIMARY'));
  else if (replacingModel(definition) !== undefined) keys.push(modelKey(definition));
  for (const key of definition.keys) {
    if (key.kind === 'UNIQUE') keys.push(keyOf(definition, key, key.name));
  }
  return keys;
}

/** StarRocks' models in which a row of the same key takes the place of the old one, or is merged into it. */
export function replacingModel(definition: TableDefinition): 'PRIMARY' | 'UNIQUE' | 'AGGREGATE' | undefined {
  const kind = definition.model?.kind;
  return kind === undefined || kind === 'DUPLICATE' ? undefined : kind;
}

/** DuckDB holds the key as a constraint of its own: whole columns, compared by DuckDB as MySQL would. */
export function isPhysical(key: UniqueKey): boolean {
  return key.parts.every((part) => part.prefixLength === undefined && canBeKey(part.column));
}

/** DuckDB's own check of the key is all that is asked for: no text whose case must be ignored, no NULLs that meet. */
export function isExact(key: UniqueKey): boolean {
  if (!isPhysical(key)) return false;
  if (key.isModel === true) return key.parts.every((part) => !part.column.nullable);
  return key.parts.every((part) => !ignoresCase(part.column) && part.collation === undefined);
}

/** The key's constraint in CREATE TABLE of DuckDB. */
export function constraintSql(key: UniqueKey): string {
  const columns = key.parts.map((part) => duckdbName(part.column.name)).join(', ');
  const holdsNulls = key.isModel === true && key.parts.some((part) => part.column.nullable);
  return key.name === 'PRIMARY' && !holdsNulls ? `PRIMARY KEY (${columns})` : `UNIQUE (${columns})`;
}

/** The parts of the key of a row that goes by `alias`. */
export function partSql(key: UniqueKey, alias: string): readonly string[] {
  return key.parts.map((part) => {
    const column = `${alias}.${duckdbName(part.column.name)}`;
    if (part.prefixLength === undefined) return column;
    return classOf(part.column.type) === 'binary'
      ? `${column}[1:${part.prefixLength}]`
      : `left(${column}, ${part.prefixLength})`;
  });
}

/** The parts in the form in which DuckDB finds those equal that are so for the key. */
export function comparedSql(key: UniqueKey, alias: string): readonly string[] {
  return partSql(key, alias).map((sql, index) => {
    const { collation } = key.parts[index] as KeyPart;
    return collation === undefined || key.isModel === true ? sql : collationKey(sql, collation);
  });
}

/** Condition that two rows have the same key. */
export function sameKey(key: UniqueKey, left: string, right: string): string {
  const lefts = comparedSql(key, left);
  const rights = comparedSql(key, right);
  return key.parts
    .map((part, index) => {
      const [one, other] = [lefts[index] as string, rights[index] as string];
      if (key.isModel !== true) return `${one} = ${other}`;
      return `${exactSql(one, part.column)} IS NOT DISTINCT FROM ${exactSql(other, part.column)}`;
    })
    .join(' AND ');
}

/** A value of the column that compares by its bytes. */
export function exactSql(value: string, column: ColumnDefinition): string {
  return ignoresCase(column) ? `(${value} COLLATE "binary")` : value;
}

function ignoresCase(column: ColumnDefinition): boolean {
  return ['text', 'set'].includes(classOf(column.type)) && !isBinaryText(column.type);
}

function canBeKey(column: ColumnDefinition): boolean {
  return !['nested', 'json', 'time'].includes(classOf(column.type));
}

/** The columns as the parts of a key, compared as those of one; unknown ones are left out. */
export function keyOver(definition: TableDefinition, columns: readonly string[]): UniqueKey {
  return keyOf(definition, { parts: columns.map((column) => ({ column })) }, '');
}

type NamedParts = Readonly<{
  parts: readonly Pick<KeyDefinition['parts'][number], 'column' | 'prefixLength'>[];
}>;

function keyOf(definition: TableDefinition, key: NamedParts, name: string): UniqueKey {
  const parts = key.parts.flatMap((part) => {
    const column = definition.columns[columnIndex(definition, part.column)];
    if (column === undefined) return [];
    const collation = ownCollation(column, definition);
    return [
      {
        column,
        ...(part.prefixLength !== undefined && { prefixLength: part.prefixLength }),
        ...(collation !== undefined && { collation }),
      },
    ];
  });
  return { name, parts };
}

function ownCollation(column: ColumnDefinition, { options }: TableDefinition): string | undefined {
  const { collationName } = describeColumnType(column.type, options);
  const isOwn = collationName !== null && column.type.name !== 'ENUM' && !isDefaultCollation(collationName);
  return isOwn && !isBareBytes(collationName) ? collationName : undefined;
}

function modelKey(definition: TableDefinition): UniqueKey {
  const columns = definition.model?.columns ?? [];
  const parts = columns.flatMap((name) => {
    const column = definition.columns[columnIndex(definition, name)];
    return column === undefined ? [] : [{ column }];
  });
  return { name: 'PRIMARY', parts, isModel: true };
}
