import type { Cell, Column } from '../base/rows.ts';
import { textColumn } from '../base/rows.ts';
import type { Parameter } from '../wire/handler.ts';

/** What PREPARE tells of its parameters: MySQL, too, gives each the name `?` and a text type. */
export function parameterColumns(count: number): readonly Column[] {
  return Array.from({ length: count }, () => textColumn('?', 0));
}

/** The values of EXECUTE; the wire has decoded them by their types. */
export function parameterValues(parameters: readonly Parameter[]): readonly Cell[] {
  return parameters.map((parameter) => parameter.value);
}
