import type { TransferLimits } from '../repository/transfer-limits.ts';
import type { SnapshotPlace } from '../snapshot/layout.ts';

/** A repository that a job works with. Whoever opened the store closes it, when no job uses it any more. */
export type OpenRepository = SnapshotPlace &
  Readonly<{
    name: string;
    readOnly: boolean;
    /** Its own limits of transfers, read anew at each use. */
    limits: () => TransferLimits;
  }>;
