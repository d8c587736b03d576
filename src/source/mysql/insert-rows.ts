import { quoteText } from '../../sql/quote.ts';
import type { MysqlConnection } from './connection.ts';
import { exactJson } from './exact-json.ts';
import { decoded, type LoadColumn, type LoadField } from './load-columns.ts';

/** A statement is sent when it has this many characters: enough that its own cost does not count. */
const statementLengthGoal = 1024 * 1024;

export type InsertInto = Readonly<{
  into: string;
  columns: readonly LoadColumn[];
  /** `max_allowed_packet` of the server. */
  packetBytesMax: number;
}>;

/** Puts rows into a table by INSERTs of many rows each: for servers without LOAD DATA LOCAL, and values that it cannot bring. */
export async function insertRows(
  session: MysqlConnection,
  { into, columns, packetBytesMax }: InsertInto,
  batches: AsyncIterable<readonly (readonly (string | null)[])[]>,
  signal: AbortSignal,
): Promise<void> {
  const head = `INSERT INTO ${into} (${columns.map((column) => column.column).join(', ')}) VALUES `;
  // Four bytes for each character at most.
  const goal = Math.min(statementLengthGoal, Math.floor(packetBytesMax / 4));
  let rows: string[] = [];
  let length = 0;
  const send = async (): Promise<void> => {
    if (rows.length > 0) await session.run(head + rows.join(','), signal);
    rows = [];
    length = 0;
  };
  for await (const batch of batches) {
    for (const values of batch) {
      const row = rowText(columns, values);
      if (length + row.length > goal) await send();
      rows.push(row);
      length += row.length;
    }
  }
  await send();
}

function rowText(columns: readonly LoadColumn[], values: readonly (string | null)[]): string {
  let at = 0;
  const cells = columns.map(({ fields, decode }) => {
    const literals = fields.map((field, index) => literal(values[at + index] ?? null, field));
    at += fields.length;
    return decode === undefined ? literals[0] : decoded(decode, (index) => literals[index] ?? 'NULL');
  });
  return `(${cells.join(',')})`;
}

function literal(value: string | null, { isText, isJson }: LoadField): string {
  if (value === null) return 'NULL';
  if (isJson === true) return exactJson(value);
  return isText ? quoteText(value) : `'${value}'`;
}
