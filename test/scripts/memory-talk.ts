import { collectRows } from '../../src/base/cells.ts';
import type { Cell } from '../../src/base/rows.ts';
import { describeError } from '../../src/dispatch/sql-error.ts';
import { Session } from '../../src/session/session.ts';
import type { Reply } from '../../src/wire/handler.ts';
import { World } from '../dispatch/world.ts';
import type { Talk } from './run-script.ts';
import type { Outcome } from './script.ts';

/** More rows than any answer of a script has. */
const rowsMax = 10_000;

/** The server's parts behind its socket, asked without one. */
export async function memoryTalk(): Promise<Talk> {
  const world = await World.open();
  const session = new Session(world.session('root'), {
    dispatcher: world.dispatcher,
    openState: async (login) => world.session(login.user),
    accountOf: world.services.accountOf,
    asked: () => undefined,
    hourlyUse: world.services.hourlyUse,
    statistics: () => '',
    killConnection: () => undefined,
    onClose: () => undefined,
  });
  return {
    place: world.place('scripts'),
    ask: (statement) => ask(session, statement),
    settled: () => world.settled(),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function ask(session: Session, statement: string): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const reply: Reply = {
    ok: async ({ affectedRows }) => {
      outcome = { kind: 'ok', affectedRows: Number(affectedRows) };
    },
    resultSet: async (result) => {
      const rows = await collectRows(result, rowsMax);
      const columns = result.columns.map(({ name }) => name);
      outcome = { kind: 'rows', columns, rows: rows.map((row) => row.map(textOf)) };
    },
    relayed: async () => {
      throw new Error('no script has an external catalog');
    },
  };
  try {
    await session.query(statement, reply, new AbortController().signal);
  } catch (error) {
    return { kind: 'error', ...describeError(error) };
  }
  if (outcome === undefined) throw new Error(`no answer: ${statement}`);
  return outcome;
}

function textOf(cell: Cell): string | null {
  if (cell === null) return null;
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('utf8') : String(cell);
}
