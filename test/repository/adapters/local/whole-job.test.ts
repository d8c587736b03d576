import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'node:test';
import { openAdapter } from '../../../../src/repository/open-adapter.ts';
import { Failures } from '../../../doubles/failures.ts';
import { failingStore, storeFaults } from '../../../doubles/failing-store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { assertFailed, failingShare, wholeJob } from '../../../support/whole-job.ts';

describe('a whole job in a folder', () => {
  it('passes one failed call of twenty, and leaves nothing', async () => {
    await using folder = await temporaryFolder();
    const failures = new Failures(storeFaults, { share: failingShare, seed: 1 });
    await wholeJob({
      location: pathToFileURL(path.join(folder.path, 'backups')).href,
      properties: {},
      leftovers: () => filesIn(folder.path),
      openAdapter: async (...place) => failingStore(await openAdapter(...place), failures),
    });
    assertFailed(failures);
  });
});

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
