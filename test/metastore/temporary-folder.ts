import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder that is removed at the end of its scope. */
export function temporaryFolder(): Readonly<{ path: string }> & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
