import { byteFunctions } from './bytes.ts';
import { controlFunctions } from './control.ts';
import { dateFunctions } from './dates.ts';
import { dateFormatFunctions } from './date-formats.ts';
import type { FunctionDefinition } from './definition.ts';
import { getFormatFunctions } from './get-format.ts';
import { jsonFunctions } from './json.ts';
import { numberFunctions } from './numbers.ts';
import { searchFunctions } from './searches.ts';
import { regexpFunctions } from './regular-expressions.ts';
import { refusedFunctions } from './refused.ts';
import { sessionFunctions } from './session.ts';
import { textFunctions } from './texts.ts';

const table: ReadonlyMap<string, FunctionDefinition> = new Map([
  ...controlFunctions,
  ...textFunctions,
  ...searchFunctions,
  ...regexpFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...dateFormatFunctions,
  ...getFormatFunctions,
  ...byteFunctions,
  ...jsonFunctions,
  ...sessionFunctions,
  ...refusedFunctions,
]);

/** The definition of a scalar function by its upper-case name. Names not in the table are not MySQL's. */
export function functionNamed(name: string): FunctionDefinition | undefined {
  return table.get(name);
}
