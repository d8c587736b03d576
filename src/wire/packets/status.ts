import type { ServerStatus } from '../handler.ts';

/** SERVER_STATUS_* of the manual. */
const inTransaction = 0x0001;
const autocommit = 0x0002;
const moreResultsExist = 0x0008;
const cursorExists = 0x0040;
const lastRowSent = 0x0080;

/** Of a statement with a cursor: `open` when FETCH gives rows, `at_end` when the last FETCH has met their end. */
export type CursorState = 'open' | 'at_end';

/** The status word of OK and EOF packets. */
export function statusFlags(status: ServerStatus, more: boolean, cursor?: CursorState): number {
  return (
    (cursor === 'open' ? cursorExists : 0) |
    (cursor === 'at_end' ? lastRowSent : 0) |
    (status.inTransaction ? inTransaction : 0) |
    (status.autocommit ? autocommit : 0) |
    (more ? moreResultsExist : 0)
  );
}
