import type { BackupEvent } from '../../src/job/backup-machine.ts';
import type { CommonEvent } from '../../src/job/machine.ts';
import type { RestoreEvent } from '../../src/job/restore-machine.ts';

const size = { rows: 3, bytes: 300, files: 2 };
const failure = { code: 'COMMON_ERROR', message: 'something broke' } as const;

type ByKind<E extends { kind: string }> = Readonly<{ [K in E['kind']]: Extract<E, { kind: K }> }>;

function commonEvents(run: number): ByKind<CommonEvent> {
  return {
    failed: { kind: 'failed', run, failure, isFinal: false },
    cancel_requested: { kind: 'cancel_requested' },
    timed_out: { kind: 'timed_out' },
    server_restarted: { kind: 'server_restarted' },
    cleaned: { kind: 'cleaned', run },
  };
}

/** One event of each kind, reported by effect number `run`. The compiler refuses a forgotten one. */
export function backupEvents(run: number): readonly BackupEvent[] {
  const events: ByKind<BackupEvent> = {
    checked: { kind: 'checked', run },
    frozen: { kind: 'frozen', run },
    upload_tasks_made: { kind: 'upload_tasks_made', run },
    uploaded: { kind: 'uploaded', run },
    meta_saved: { kind: 'meta_saved', run, manifestSha256: 'cd', size },
    info_uploaded: { kind: 'info_uploaded', run },
    read_lost: { kind: 'read_lost', run, by: 'source', message: 'the source went away' },
    ...commonEvents(run),
  };
  return Object.values(events);
}

export function restoreEvents(run: number): readonly RestoreEvent[] {
  const events: ByKind<RestoreEvent> = {
    checked: { kind: 'checked', run, size },
    prepared: { kind: 'prepared', run },
    download_tasks_made: { kind: 'download_tasks_made', run },
    downloaded: { kind: 'downloaded', run },
    verified: { kind: 'verified', run },
    committed: { kind: 'committed', run },
    commit_refused: { kind: 'commit_refused', run, failure },
    ...commonEvents(run),
  };
  return Object.values(events);
}
