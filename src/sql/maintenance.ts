import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** Statements that look after tables: CHECK, ANALYZE, OPTIMIZE, REPAIR and CHECKSUM TABLE. */
export type Maintenance = Readonly<{
  kind: 'maintenance';
  action: MaintenanceAction;
  /** Names of up to three parts, leading parts first. */
  tables: readonly (readonly string[])[];
  /** CHECKSUM TABLE … QUICK. */
  quick?: true;
}>;

const actions = ['CHECK', 'ANALYZE', 'OPTIMIZE', 'REPAIR', 'CHECKSUM'] as const;
export type MaintenanceAction = (typeof actions)[number];

/** Parses one. Other options behind the tables (EXTENDED, FOR UPGRADE …) are read over. Throws `syntax`. */
export function parseMaintenance(tokens: readonly Token[], text: string): Maintenance {
  const reader = new TokenReader(tokens, text);
  const action = reader.acceptOneOf(...actions) ?? reader.fail();
  reader.acceptOneOf('NO_WRITE_TO_BINLOG', 'LOCAL');
  if (reader.acceptOneOf('TABLE', 'TABLES') === undefined) reader.fail();
  const tables = reader.list(() => reader.namePath());
  const isQuick = readOptions(reader, action);
  reader.expectEnd();
  return { kind: 'maintenance', action, tables, ...(isQuick && { quick: true }) };
}

/** True for QUICK of CHECKSUM TABLE, which takes that or EXTENDED; the options of the others change nothing. */
function readOptions(reader: TokenReader, action: MaintenanceAction): boolean {
  if (action === 'CHECKSUM') return reader.acceptOneOf('QUICK', 'EXTENDED') === 'QUICK';
  while (reader.peek().kind === 'word') reader.next();
  return false;
}
