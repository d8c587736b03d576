import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file system in memory: full when its size is reached, read-only when told so, unlike anything else for root. */
export class SmallDisk implements Disposable {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  /** Mounts a disk of so many bytes over a folder, which is made when it is missing. Throws where that is not allowed. */
  static mount(folder: string, bytes: number): SmallDisk {
    mkdirSync(folder, { recursive: true });
    run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder]);
    return new SmallDisk(folder);
  }

  makeReadOnly(): void {
    run('mount', ['-o', 'remount,ro', this.path]);
  }

  makeWritable(): void {
    run('mount', ['-o', 'remount,rw', this.path]);
  }

  /** Unmounts it, also while somebody uses it: what lies on it is gone. */
  [Symbol.dispose](): void {
    run('umount', ['--lazy', this.path]);
  }
}

/** False, or the reason why no disk can be mounted here: for `skip`. */
export function whyNoSmallDisk(): false | string {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-disk-'));
  try {
    SmallDisk.mount(folder, 65_536)[Symbol.dispose]();
    return false;
  } catch (error) {
    return `a file system in memory cannot be mounted: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim());
}
