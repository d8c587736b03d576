import type { Connection } from '../connection/connection.ts';
import { notesOf } from '../connection/notes.ts';
import type { Engine } from '../engine/engine.ts';
import { systemContext } from '../translation/system-context.ts';
import { noInsertIds } from './insert-ids.ts';
import { Savepoints } from './savepoints.ts';
import type { StatementScope } from './scope.ts';

/** What a statement that the engine runs for itself runs with: no login, no open transaction, nobody to warn. */
export function systemScope(
  engine: Engine,
  connection: Connection,
  database: string,
  signal: AbortSignal,
): StatementScope {
  return {
    engine,
    connection,
    context: systemContext(engine, database),
    signal,
    inTransaction: false,
    isReadOnly: false,
    savepoints: new Savepoints(),
    insertIds: noInsertIds(),
    sqlMode: new Set(),
    snapshot: undefined,
    written: [],
    keyUse: undefined,
    warnings: [],
    notes: notesOf([], new Set()),
  };
}
