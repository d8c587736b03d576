import { collectRows } from '../base/cells.ts';
import type { Cell, Column } from '../base/rows.ts';
import { SqlError, type SqlErrorKind } from '../base/sql-error.ts';
import type { NotOwnerError } from '../metastore/ownership.ts';
import type { Warning } from '../source/query.ts';
import { type Answer, okWith, rowsAnswer } from './answer.ts';
import { asSqlError } from './failures.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';

/** A statement as it travels to the node that may run it, with what its meaning depends on. */
export type Forwarded = Readonly<{
  text: string;
  user: string;
  address: string;
  catalog: string;
  database?: string;
  sqlMode: string;
}>;

/** Only statements that change something are forwarded: their answers are short, but for the plan of a large restore. */
const rowsMax = 100_000;

type Reply =
  | Readonly<{ kind: 'ok'; warnings: readonly Warning[] }>
  | Readonly<{ kind: 'rows'; columns: readonly Column[]; rows: readonly (readonly SentCell[])[] }>
  | Readonly<{ kind: 'error'; error: SqlErrorKind; message: string; hint?: string }>;

/**
 * Has the owner of a database, or of what belongs to none, run a statement that this node may not run. Throws SqlError:
 * the owner's, or `unavailable` when there is none.
 */
export async function forward(
  text: string,
  to: NotOwnerError,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  if (to.isBound) throw bound(to);
  const statement: Forwarded = {
    text,
    user: state.user,
    address: state.address,
    catalog: state.catalog,
    ...(state.database !== undefined && { database: state.database }),
    sqlMode: String(state.variables.get('sql_mode') ?? ''),
  };
  const reply = JSON.parse(await services.node.ask(to.project, JSON.stringify(statement), signal)) as Reply;
  if (reply.kind === 'ok') return okWith(reply.warnings);
  if (reply.kind === 'rows') {
    return rowsAnswer({ columns: reply.columns, rows: reply.rows.map((row) => row.map(received)) });
  }
  const { error, message, hint } = reply;
  throw new SqlError(error, message, hint === undefined ? {} : { hint });
}

/** Runs what another node has forwarded and says how it ended. `run` throws SqlError for what a user can cause. */
export async function answerForwarded(
  body: string,
  run: (statement: Forwarded) => Promise<Answer>,
  failed: (error: unknown) => void,
): Promise<string> {
  return JSON.stringify(await replyTo(JSON.parse(body) as Forwarded, run, failed));
}

async function replyTo(
  statement: Forwarded,
  run: (statement: Forwarded) => Promise<Answer>,
  failed: (error: unknown) => void,
): Promise<Reply> {
  try {
    const answer = await run(statement);
    if (answer.kind === 'ok') return { kind: 'ok', warnings: answer.warnings };
    const rows = await collectRows(answer.result, rowsMax);
    return { kind: 'rows', columns: answer.result.columns, rows: rows.map((row) => row.map(sent)) };
  } catch (error) {
    const known = asSqlError(error, new AbortController().signal);
    if (known instanceof SqlError) {
      const { kind, message, hint } = known;
      return { kind: 'error', error: kind, message, ...(hint !== undefined && { hint }) };
    }
    failed(error);
    return { kind: 'error', error: 'internal', message: 'the owner failed: its log has the details' };
  }
}

/** What JSON has no form for is said what it is. */
type SentCell =
  Exclude<Cell, bigint | Uint8Array> | Readonly<{ bigint: string }> | Readonly<{ base64: string }>;

function sent(cell: Cell): SentCell {
  if (typeof cell === 'bigint') return { bigint: String(cell) };
  return cell instanceof Uint8Array ? { base64: Buffer.from(cell).toString('base64') } : cell;
}

function received(cell: SentCell): Cell {
  if (typeof cell !== 'object' || cell === null) return cell;
  return 'bigint' in cell ? BigInt(cell.bigint) : Buffer.from(cell.base64, 'base64');
}

function bound({ project, owner }: NotOwnerError): SqlError {
  const who = owner === '' ? 'another node, which does not run now' : `node '${owner}'`;
  return new SqlError('backup', `'${project}' lies in the data folder of ${who}`, {
    hint: 'The embedded engine has its data on one node: run the statement there.',
  });
}
