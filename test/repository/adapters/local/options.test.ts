import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkRoot } from '../../../../src/repository/adapters/local/options.ts';
import { assertFails } from '../../../conformance/blob-store/support.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('checkRoot', () => {
  for (const root of ['relative', './x', '', '/', '/a/../b', '/a//b', '/a/', '/a\0b']) {
    it(`refuses ${JSON.stringify(root)}`, () => assertFails('invalid_argument', checkRoot(root)));
  }

  it('takes a folder and one that is not there yet, refuses a file and a symbolic link', async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => path.join(folder.path, name);
    await writeFile(at('file'), '');
    await symlink(folder.path, at('link'));
    assert.equal(await checkRoot(folder.path), true);
    assert.equal(await checkRoot(at('missing/deeper')), false);
    await assertFails('invalid_argument', checkRoot(at('file')));
    await assertFails('invalid_argument', checkRoot(at('link')));
    await assertFails('invalid_argument', checkRoot(at('file/deeper')));
  });
});
