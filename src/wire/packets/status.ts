import type { ServerStatus } from '../handler.ts';

/** SERVER_STATUS_* of the manual. */
const inTransaction = 0x0001;
const autocommit = 0x0002;
const moreResultsExist = 0x0008;

/** The status word of OK and EOF packets. */
export function statusFlags(status: ServerStatus, more: boolean): number {
  return (
    (status.inTransaction ? inTransaction : 0) |
    (status.autocommit ? autocommit : 0) |
    (more ? moreResultsExist : 0)
  );
}
