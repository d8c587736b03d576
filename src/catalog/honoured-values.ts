import type { Cell } from '../base/rows.ts';
import { notYet } from '../sql/not-yet.ts';

/**
 * Variables of which only some values are heeded, in upper case: another one would change answers in MySQL, and so is
 * refused, not kept without effect.
 */
const honoured: ReadonlyMap<string, readonly string[]> = new Map([
  ['auto_increment_increment', ['1']],
  ['auto_increment_offset', ['1']],
  ['completion_type', ['NO_CHAIN', '0', 'CHAIN', '1']],
  ['explicit_defaults_for_timestamp', ['1', 'ON', 'TRUE', 'YES']],
  ['insert_id', ['0']],
  ['lc_time_names', ['EN_US', 'EN_GB', '0']],
  ['rand_seed1', ['0']],
  ['rand_seed2', ['0']],
  ['require_row_format', ['0', 'OFF', 'FALSE', 'NO']],
  ['sql_auto_is_null', ['0', 'OFF', 'FALSE', 'NO']],
  ['sql_generate_invisible_primary_key', ['0', 'OFF', 'FALSE', 'NO']],
  ['sql_quote_show_create', ['1', 'ON', 'TRUE', 'YES']],
  ['sql_require_primary_key', ['0', 'OFF', 'FALSE', 'NO']],
]);

/** The names of the variables that are so. */
export const partlyHonoured: readonly string[] = [...honoured.keys()];

/** Throws SqlError `not_supported` for a value that would have to change answers and does not. */
export function requireHonoured(name: string, value: Cell | undefined): void {
  const values = honoured.get(name.toLowerCase());
  if (values === undefined || value === undefined || value === null) return;
  const text = String(value as string | number | bigint | boolean);
  if (values.includes(text.toUpperCase())) return;
  throw notYet(`${name.toLowerCase()} = ${text}`, `It can be ${honouredOf(values)}.`);
}

/** The values by their names; MySQL's numbers of them are not worth a word. */
function honouredOf(values: readonly string[]): string {
  const [first = '', ...others] = values.filter((value) => !/^\d$/.test(value) || value === values[0]);
  const isFlag = ['ON', 'OFF'].includes(others[0] ?? '');
  return others.length === 0 || isFlag ? `${first} alone` : [first, ...others].join(' or ');
}
