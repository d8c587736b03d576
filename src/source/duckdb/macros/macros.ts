import { createHash } from 'node:crypto';
import { present } from '../../../base/assert.ts';
import { duckdbCollation } from '../../../sql/rewrite/collations.ts';
import { macroSchema } from '../../../sql/rewrite/macro-names.ts';
import { calendarMacros } from './calendar.ts';
import { collationMacros } from './collations.ts';
import { dateMacros } from './dates.ts';
import type { MacroDefinition, MacroOverload } from './definition.ts';
import { intervalMacros } from './intervals.ts';
import { jsonMacros } from './json.ts';
import { numberMacros } from './numbers.ts';
import { joiningMacros, textMacros } from './texts.ts';
import { timeMacros } from './times.ts';
import { valueMacros } from './values.ts';

export { macroSchema };

/** Settings under which rewritten SQL means what MySQL means by it. Run once for an instance, before any query. */
export const engineSettings: readonly string[] = [
  `SET default_collation = '${duckdbCollation}'`,
  "SET default_null_order = 'nulls_first_on_asc_last_on_desc'",
  'SET ieee_floating_point_ops = false',
  "SET TimeZone = 'UTC'",
];

const definitions: readonly MacroDefinition[] = [
  ...valueMacros,
  ...textMacros,
  ...collationMacros,
  ...joiningMacros,
  ...numberMacros,
  ...dateMacros,
  ...timeMacros,
  ...calendarMacros,
  ...intervalMacros,
  ...jsonMacros,
];

/**
 * Creates the macros that rewritten SQL calls, in a schema of their own; does nothing when this very set is there.
 * `run` runs one text of several statements and fails when one of them does.
 */
export async function installMacros(run: (sql: string) => Promise<void>): Promise<void> {
  const statements = inOrderOfUse(definitions).map(createStatement);
  const stamp = `stamp_${createHash('sha256').update(statements.join('\n')).digest('hex').slice(0, 16)}`;
  try {
    await run(`SELECT ${macroSchema}.${stamp}()`);
    return;
  } catch {
    // Not there, or of another version: the macros are made anew, and the stamp last.
  }
  const stampStatement = `CREATE OR REPLACE MACRO ${macroSchema}.${stamp}() AS 1`;
  await run([`CREATE SCHEMA IF NOT EXISTS ${macroSchema}`, ...statements, stampStatement].join(';\n'));
}

/** DuckDB wants every function that a body names to be there: callees come before their callers. */
function inOrderOfUse(macros: readonly MacroDefinition[]): readonly MacroDefinition[] {
  const byName = new Map(macros.map((macro) => [macro[0], macro]));
  const ordered = new Set<MacroDefinition>();
  const place = (macro: MacroDefinition): void => {
    if (ordered.has(macro)) return;
    for (const [, body] of macro.slice(1) as readonly MacroOverload[]) {
      for (const [, callee = ''] of body.matchAll(/(?<!@)@(\w+)/g)) {
        place(present(byName.get(callee), `the macro '${callee}'`));
      }
    }
    ordered.add(macro);
  };
  for (const macro of macros) place(macro);
  return [...ordered];
}

function createStatement([name, ...overloads]: MacroDefinition): string {
  const bodies = overloads.map(
    ([parameters, body]) =>
      `(${parameters}) AS (${body.replaceAll(/@@|@/g, (mark) => (mark === '@@' ? '@' : `${macroSchema}.`))})`,
  );
  return `CREATE OR REPLACE MACRO ${macroSchema}.${name}${bodies.join(', ')}`;
}
