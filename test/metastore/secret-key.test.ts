import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { openSecrets } from '../../src/metastore/secret-key.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('the key file', () => {
  it('is made at the first start for its owner only, and used at the next', () => {
    using folder = temporaryFolder();
    const sealed = openSecrets(folder.path, undefined).seal(new Secret('x'));
    assert.deepEqual(readdirSync(folder.path), ['secret.key']);
    assert.equal(statSync(join(folder.path, 'secret.key')).mode & 0o777, 0o600);
    assert.equal(openSecrets(folder.path, undefined).open(sealed).reveal(), 'x');
  });

  for (const mode of [0o640, 0o604, 0o660]) {
    it(`is refused with mode ${mode.toString(8)}`, () => {
      using folder = temporaryFolder();
      openSecrets(folder.path, undefined);
      chmodSync(join(folder.path, 'secret.key'), mode);
      assert.throws(() => openSecrets(folder.path, undefined), {
        name: 'SecretsError',
        kind: 'key_file',
        message: /has mode 06\d\d, so that others can use it: run chmod 600 on it/,
      });
    });
  }

  it('is refused when it holds no key, without showing what it holds', () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'secret.key'), 'short', { mode: 0o600 });
    assert.throws(() => openSecrets(folder.path, undefined), { message: /must be 64 hexadecimal digits$/ });
  });

  it('is refused when it is a folder', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'secret.key'), { mode: 0o700 });
    assert.throws(() => openSecrets(folder.path, undefined), { kind: 'key_file' });
  });

  it('is not made when the configuration has the key', () => {
    using folder = temporaryFolder();
    const key = new Secret('ab'.repeat(32));
    const sealed = openSecrets(folder.path, key).seal(new Secret('x'));
    assert.deepEqual(readdirSync(folder.path), []);
    writeFileSync(join(folder.path, 'secret.key'), 'ab'.repeat(32), { mode: 0o600 });
    assert.equal(openSecrets(folder.path, undefined).open(sealed).reveal(), 'x');
    assert.match(readFileSync(join(folder.path, 'secret.key'), 'utf8'), /^(ab){32}$/);
  });
});
