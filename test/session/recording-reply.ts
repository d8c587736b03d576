import { collectRows } from '../../src/base/cells.ts';
import type { Cell } from '../../src/base/rows.ts';
import type { Reply, ResultSetEnd } from '../../src/wire/handler.ts';

/** One answer of a command as a test looks at it. */
export type Recorded = Readonly<{
  more: boolean;
  warnings: number;
  inTransaction: boolean;
  rows?: readonly (readonly Cell[])[];
  affectedRows?: bigint;
}>;

const rowsMax = 1_000;

/** Takes the answers of a command, in order. */
export class RecordingReply implements Reply {
  readonly answers: Recorded[] = [];

  async ok(answer: Parameters<Reply['ok']>[0], more: boolean): Promise<void> {
    const { warnings, affectedRows, status } = answer;
    this.answers.push({ more, warnings, inTransaction: status.inTransaction, affectedRows });
  }

  async resultSet(
    result: Parameters<Reply['resultSet']>[0],
    end: ResultSetEnd,
    more: boolean,
  ): Promise<void> {
    const rows = await collectRows(result, rowsMax);
    const { warnings, status } = end();
    this.answers.push({ more, warnings, inTransaction: status.inTransaction, rows });
  }
}
