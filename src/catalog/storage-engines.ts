import { SqlError } from '../base/sql-error.ts';

/** Engines of MySQL that CREATE TABLE takes for the embedded one, and those that databases of the server are of. */
const names: readonly string[] = [
  'InnoDB',
  'OLAP',
  'MyISAM',
  'MEMORY',
  'CSV',
  'ARCHIVE',
  'BLACKHOLE',
  'MRG_MYISAM',
  'FEDERATED',
  'PERFORMANCE_SCHEMA',
];

/** MySQL's older names. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['MERGE', 'MRG_MYISAM'],
  ['HEAP', 'MEMORY'],
  ['INNOBASE', 'InnoDB'],
]);

/** The engine as MySQL spells it. Throws SqlError `unknown_storage_engine` (1286). */
export function storageEngine(name: string): string {
  const upper = name.toUpperCase();
  const found = aliases.get(upper) ?? names.find((each) => each.toUpperCase() === upper);
  if (found === undefined) throw new SqlError('unknown_storage_engine', `Unknown storage engine '${name}'`);
  return found;
}
