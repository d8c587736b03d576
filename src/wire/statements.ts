import { SqlError } from '../base/sql-error.ts';
import type { ParameterType } from './packets/execute.ts';
import { ProtocolError } from './protocol-error.ts';
import { type CursorDisk, RowSpool, type SpoolLimits } from './row-spool.ts';

/** How many prepared statements all connections hold together, and the disk that their cursors take. */
export class StatementBudget {
  readonly #max: number;
  readonly disk: CursorDisk;
  #held = 0;

  constructor(max: number, disk: CursorDisk) {
    this.#max = max;
    this.disk = disk;
  }

  acquire(): void {
    if (this.#held >= this.#max) throw limitReached(this.#max, 'the server');
    this.#held++;
  }

  release(count: number): void {
    this.#held -= count;
  }
}

/** What the protocol keeps of a prepared statement between its commands. */
export type StatementState = {
  readonly parameterCount: number;
  /** Types of the last EXECUTE that sent them: later ones may leave them out. */
  types: readonly ParameterType[] | undefined;
  /** Parameters sent in pieces, by position. */
  readonly longData: Map<number, Buffer[]>;
  /** More was sent in pieces than fits; told at EXECUTE, since SEND_LONG_DATA has no answer. */
  isLongDataTooLarge: boolean;
  /** The rows that EXECUTE left for FETCH. */
  cursor: RowSpool | undefined;
};

export type StatementLimits = SpoolLimits &
  Readonly<{
    statementsPerConnectionMax: number;
    longDataBytesMax: number;
    cursorsPerConnectionMax: number;
  }>;

/** The prepared statements of one connection. */
export class Statements implements Disposable {
  readonly #limits: StatementLimits;
  readonly #budget: StatementBudget;
  readonly #states = new Map<number, StatementState>();
  #longDataBytes = 0;

  constructor(limits: StatementLimits, budget: StatementBudget) {
    this.#limits = limits;
    this.#budget = budget;
  }

  /** Runs `prepare` when there is room for one more statement. Throws SqlError `prepared_statement_limit`. */
  async add<T extends Readonly<{ statementId: number; parameters: readonly unknown[] }>>(
    prepare: () => Promise<T>,
  ): Promise<T> {
    const max = this.#limits.statementsPerConnectionMax;
    if (this.#states.size >= max) throw limitReached(max, 'a connection');
    this.#budget.acquire();
    try {
      const prepared = await prepare();
      this.#states.set(prepared.statementId, {
        parameterCount: prepared.parameters.length,
        types: undefined,
        longData: new Map(),
        isLongDataTooLarge: false,
        cursor: undefined,
      });
      return prepared;
    } catch (error) {
      this.#budget.release(1);
      throw error;
    }
  }

  /** Throws SqlError `unknown_prepared_statement`. */
  get(statementId: number): StatementState {
    const state = this.#states.get(statementId);
    if (state !== undefined) return state;
    throw new SqlError('unknown_prepared_statement', `unknown prepared statement handler (${statementId})`);
  }

  /** Keeps a piece of a parameter. Unknown statements and pieces beyond the limit are dropped: no answer is due. */
  addLongData(statementId: number, parameter: number, data: Buffer): void {
    const state = this.#states.get(statementId);
    if (state === undefined || parameter >= state.parameterCount) return;
    if (this.#longDataBytes + data.length > this.#limits.longDataBytesMax) {
      this.#dropLongData(state);
      state.isLongDataTooLarge = true;
      return;
    }
    const pieces = state.longData.get(parameter) ?? [];
    pieces.push(data);
    state.longData.set(parameter, pieces);
    this.#longDataBytes += data.length;
  }

  /** COM_STMT_RESET, and the end of each EXECUTE. */
  forgetLongData(statementId: number): void {
    const state = this.#states.get(statementId);
    if (state === undefined) return;
    this.#dropLongData(state);
    state.isLongDataTooLarge = false;
  }

  /** Rows for a cursor of this statement. Throws ProtocolError `too_many_cursors`. */
  openCursor(statementId: number): RowSpool {
    const state = this.get(statementId);
    this.closeCursor(statementId);
    const open = [...this.#states.values()].filter(({ cursor }) => cursor !== undefined).length;
    const max = this.#limits.cursorsPerConnectionMax;
    if (open >= max) {
      const text = `the connection has ${max} open cursors, no more fit; close statements that are read`;
      throw new ProtocolError('too_many_cursors', text);
    }
    state.cursor = new RowSpool(this.#limits, this.#budget.disk);
    return state.cursor;
  }

  /** COM_STMT_RESET, the next EXECUTE, and the last FETCH. */
  closeCursor(statementId: number): void {
    const state = this.#states.get(statementId);
    if (state === undefined) return;
    state.cursor?.[Symbol.dispose]();
    state.cursor = undefined;
  }

  close(statementId: number): void {
    this.forgetLongData(statementId);
    this.closeCursor(statementId);
    if (this.#states.delete(statementId)) this.#budget.release(1);
  }

  /** All statements are gone: the session was reset or has ended. */
  clear(): void {
    for (const statementId of this.#states.keys()) this.closeCursor(statementId);
    this.#budget.release(this.#states.size);
    this.#states.clear();
    this.#longDataBytes = 0;
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #dropLongData(state: StatementState): void {
    for (const pieces of state.longData.values()) {
      for (const piece of pieces) this.#longDataBytes -= piece.length;
    }
    state.longData.clear();
  }
}

function limitReached(max: number, holder: string): SqlError {
  return new SqlError('prepared_statement_limit', `${holder} holds ${max} prepared statements, no more fit`, {
    hint: 'Close statements that are not used any more.',
  });
}
