import type { MysqlConnection } from './connection.ts';
import { readTable } from './restore-target.ts';
import type { TableText } from './table-text.ts';

export type KnownShadow = Readonly<{
  text: TableText;
  /** A transaction that fails takes its rows back. Also true where the server does not say. */
  hasTransactions: boolean;
}>;

/** What a restore knows of its shadows, which do not change while rows are loaded: the server is asked once for each. */
export class KnownShadows {
  readonly #database: string;
  readonly #shadows = new Map<string, KnownShadow>();
  #plainEngines: ReadonlySet<string> | undefined;

  constructor(database: string) {
    this.#database = database;
  }

  async find(session: MysqlConnection, table: string, signal: AbortSignal): Promise<KnownShadow> {
    const known = this.#shadows.get(table);
    if (known !== undefined) return known;
    const text = await readTable(session, this.#database, table, signal);
    this.#plainEngines ??= await enginesWithoutTransactions(session, signal);
    const shadow = { text, hasTransactions: !this.#plainEngines.has(engineOf(text)) };
    this.#shadows.set(table, shadow);
    return shadow;
  }

  /** It is about to have its indexes: whoever wants to know it then asks again. */
  forget(table: string): void {
    this.#shadows.delete(table);
  }
}

async function enginesWithoutTransactions(
  session: MysqlConnection,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const rows = await session.rows(
    "SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'NO'",
    signal,
  );
  return new Set(rows.map(([engine]) => (engine ?? '').toLowerCase()));
}

/** SHOW CREATE TABLE names it before every other option. */
function engineOf({ options }: TableText): string {
  return /^ENGINE=(?<engine>\w+)/i.exec(options)?.groups?.['engine']?.toLowerCase() ?? '';
}
