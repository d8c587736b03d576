import { SqlError } from '../../../base/sql-error.ts';
import type { Expression, SelectItem } from '../ast.ts';
import { relationsNamed, sameName, type Scope, type ShownColumn } from '../scope.ts';

/** A column of the result, or a star over a table whose columns are not known. */
export type OutputItem =
  | Readonly<{
      kind: 'item';
      expression: Expression;
      /** MySQL's name of the column: alias, bare column name, or the text as written. */
      name: string;
      /** The name is that of a column which `RelationColumn` calls so. */
      asDefined?: boolean;
    }>
  | Readonly<{ kind: 'open'; sql: string }>;

/** Greatest length of a column's name, in characters (MySQL cuts longer ones). */
const nameLengthMax = 256;

/** The select list with its stars written out, so that a result has the declared columns and no others. */
export function expandItems(items: readonly SelectItem[], scope: Scope): readonly OutputItem[] {
  return items.flatMap((item): readonly OutputItem[] => {
    const { expression } = item;
    if (expression.kind === 'star') return expandStar(expression, scope);
    if (expression.kind !== 'column' || item.alias !== undefined) {
      const name = (item.alias ?? printable(item.text)).slice(0, nameLengthMax);
      return [{ kind: 'item', expression, name }];
    }
    const defined = definedName(expression, scope) ?? { name: expression.name };
    return [{ kind: 'item', expression, ...defined }];
  });
}

/** The name of a column whose table has it so (`RelationColumn`). */
function definedName(
  { database, table, name }: Extract<Expression, { kind: 'column' }>,
  scope: Scope,
): Readonly<{ name: string; asDefined: true }> | undefined {
  const columns =
    table === undefined
      ? scope.shown.map(({ column }) => column)
      : relationsNamed(scope, database, table).flatMap((relation) => relation.columns ?? []);
  const found = columns.find((column) => sameName(column.name, name));
  return found?.asDefined === true ? { name: found.name, asDefined: true } : undefined;
}

/** NUL, and bytes of a literal that are no UTF-8 (`decodeText` gives them as lone surrogates). */
const unprintable = /\0|[\udc80-\udcff]/gu;

/** A text as written may hold what no name can: it is shown as MariaDB shows it, such as `\x00` and `\xFF`. */
function printable(text: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  return text.replaceAll(unprintable, (unit) => `\\x${byteText(unit.charCodeAt(0) & 0xff)}`);
}

function byteText(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function expandStar(star: Extract<Expression, { kind: 'star' }>, scope: Scope): readonly OutputItem[] {
  const relations =
    star.table === undefined ? scope.relations : relationsNamed(scope, star.database, star.table);
  if (relations.length === 0) {
    if (star.table === undefined) throw new SqlError('analysis', 'No tables used');
    throw new SqlError('analysis', `Unknown table '${star.table}'`);
  }
  const isOpen = relations.some((relation) => relation.columns === undefined);
  if (isOpen) {
    return star.table === undefined
      ? [{ kind: 'open', sql: '*' }]
      : relations.map((relation) => ({ kind: 'open', sql: `${relation.sqlName}.*` }));
  }
  const shown =
    star.table === undefined
      ? scope.shown
      : relations.flatMap((relation) => (relation.columns ?? []).map((column) => ({ relation, column })));
  return shown.filter(({ column }) => column.hidden !== true).map(columnItem);
}

function columnItem({ relation, column }: ShownColumn): OutputItem {
  const qualifier = relation.database === undefined ? {} : { database: relation.database };
  return {
    kind: 'item',
    expression: { kind: 'column', ...qualifier, table: relation.alias, name: column.name },
    name: column.name,
    ...(column.asDefined === true && { asDefined: true }),
  };
}
