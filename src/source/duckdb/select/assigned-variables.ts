import { cellAt, keptValue } from '../../../base/cells.ts';
import type { Cell, Column, ResultSet, RowBatch } from '../../../base/rows.ts';
import { notSupported } from '../../../sql/rewrite/not-supported.ts';
import { type Assigns, insertIdName } from '../../../sql/rewrite/rewrite.ts';
import type { StatementScope } from '../statement/scope.ts';

/**
 * The rows that the client sees. While they pass, the user variables that the statement assigns take the values of the last
 * row; without an order of the rows these must be the same in each of them.
 */
export function withVariables(
  { columns, batches }: ResultSet,
  assigns: Assigns | undefined,
  { context }: StatementScope,
): ResultSet {
  if (assigns === undefined) return { columns, batches };
  const shown = columns.length - assigns.hidden;
  const places = assigns.variables.map(({ name, fromEnd }) => ({ name, at: columns.length - 1 - fromEnd }));
  async function* passing(): AsyncGenerator<RowBatch> {
    let before: readonly Cell[] | undefined;
    for await (const batch of batches) {
      if (batch.rowCount === 0) continue;
      const last = places.map(({ name, at }, index) => {
        const values = valuesOf(batch, columns[at] as Column, at, assigns?.isOrdered === true);
        const all = before === undefined ? values : [before[index] ?? null, ...values];
        if (assigns?.isOrdered !== true && !areEqual(all)) refuseOrder(name);
        return values.at(-1) ?? null;
      });
      before = last;
      for (const [index, { name, at }] of places.entries()) {
        const value = last[index] ?? null;
        if (name === insertIdName) context.setLastInsertId?.(BigInt((value ?? 0) as bigint | number));
        else context.setUserVariable(name, keptValue(value, columns[at]));
      }
      yield { rowCount: batch.rowCount, vectors: batch.vectors.slice(0, shown) };
    }
  }
  return { columns: columns.slice(0, shown), batches: passing() };
}

/** The values of a column: the last one alone where that is enough. */
function valuesOf(batch: RowBatch, column: Column, at: number, isLastEnough: boolean): readonly Cell[] {
  const vector = batch.vectors[at];
  if (vector === undefined) return [];
  const from = isLastEnough ? batch.rowCount - 1 : 0;
  return Array.from({ length: batch.rowCount - from }, (_, row) => cellAt(column, vector, from + row));
}

function areEqual(values: readonly Cell[]): boolean {
  const [first, ...others] = values.map(comparable);
  return others.every((value) => value === first);
}

function comparable(value: Cell): Exclude<Cell, Uint8Array> {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}

function refuseOrder(name: string): never {
  notSupported(
    name === insertIdName
      ? 'LAST_INSERT_ID with an argument for rows without an order'
      : `assignment of the user variable '@${name}' for rows without an order`,
    'Say by ORDER BY which row is the last one.',
  );
}
