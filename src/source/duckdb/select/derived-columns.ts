import type { DuckDBType } from '@duckdb/node-api';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { type DerivedColumn, deriveSelect } from '../../../sql/rewrite/rewrite.ts';
import { heldTable, type StoredObject } from '../dictionary/stored-object.ts';
import { dataTypeOf } from '../physical/duckdb-to-mysql.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';

/** The types that MySQL gives the columns of a SELECT; undefined where not even their number is known. */
export function derivedColumns(
  scope: StatementScope,
  text: string,
): readonly (DerivedColumn | undefined)[] | undefined {
  const { sqlMode, engine, context } = scope;
  return deriveSelect(tokenize(text, lexingOf(sqlMode)), text, {
    sqlMode,
    tables: (named, name) => {
      const database = named ?? context.database ?? '';
      const found = context.temporaryTables?.find(database, name) ?? engine.dictionary.object(database, name);
      return found && columnsOf(found);
    },
  });
}

/** What a column of a new table is: as MySQL derives it, or else as DuckDB's value has it. */
export function definedBy(
  derived: DerivedColumn | undefined,
  type: DuckDBType,
): Pick<ColumnDefinition, 'type' | 'nullable' | 'default' | 'comment'> {
  if (derived === undefined) return { type: dataTypeOf(type), nullable: true };
  return {
    type: derived.type,
    nullable: derived.nullable,
    ...(derived.default === undefined ? {} : { default: { text: derived.default } }),
    ...(derived.comment === undefined ? {} : { comment: derived.comment }),
  };
}

function columnsOf(object: StoredObject): readonly DerivedColumn[] {
  if (object.kind === 'VIEW') return object.definition.columns;
  const columns = heldTable(object)?.columns ?? [];
  return columns.filter((column) => !column.invisible).map((column) => derivedOf(column));
}

/** A number of AUTO_INCREMENT becomes a number as others are, and what is computed a value. */
function derivedOf({
  name,
  type,
  nullable,
  default: value,
  comment,
  autoIncrement,
}: ColumnDefinition): DerivedColumn {
  const text = autoIncrement ? "'0'" : value?.text;
  return {
    name,
    type,
    nullable,
    ...(text === undefined ? {} : { default: text }),
    ...(comment === undefined ? {} : { comment }),
  };
}
