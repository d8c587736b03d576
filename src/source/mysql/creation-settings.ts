import type { CreationSettings } from '../objects.ts';

/** Columns of SHOW CREATE PROCEDURE, FUNCTION, TRIGGER, EVENT and VIEW that say under which session an object was made. */
const columns = [
  ['sql_mode', 'sql_mode'],
  ['time_zone', 'time_zone'],
  ['character_set_client', 'character_set_client'],
  ['collation_connection', 'collation_connection'],
  ['Database Collation', 'database_collation'],
] as const;

/** The settings under which the server keeps an object, from the row of its SHOW CREATE. */
export function settingsOf(record: Readonly<Record<string, string | null>>): CreationSettings {
  return Object.fromEntries(
    columns.flatMap(([column, setting]) => {
      const value = record[column];
      return typeof value === 'string' ? [[setting, value] as const] : [];
    }),
  );
}
