import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadTlsIdentity } from '../../src/auth/tls.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-11-21T00:00:00Z');

describe('the TLS identity', () => {
  it('is made at the first start, readable by the owner only, and kept', async () => {
    await using home = await temporaryFolder();
    const folder = join(home.path, 'data', 'tls');
    const first = await loadTlsIdentity({ folder, hostname: 'db.example', now });
    const second = await loadTlsIdentity({ folder, hostname: 'another', now });
    assert.equal(first.isNew, true);
    assert.equal(second.isNew, false);
    assert.equal(second.fingerprint, first.fingerprint);
    assert.ok(new X509Certificate(first.cert).checkHost('db.example'));
    for (const file of ['server-key.pem', 'server-cert.pem']) {
      assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600);
    }
  });

  it('keeps the key when only the certificate is missing, as after a crash between the two', async () => {
    await using home = await temporaryFolder();
    const options = { folder: home.path, hostname: 'a b', now };
    const first = await loadTlsIdentity(options);
    await rm(join(home.path, 'server-cert.pem'));
    const second = await loadTlsIdentity(options);
    assert.equal(second.key, first.key);
    assert.notEqual(second.fingerprint, first.fingerprint);
    assert.equal(await readFile(join(home.path, 'server-cert.pem'), 'utf8'), second.cert);
  });

  it('refuses a certificate without its key, and one of another key', async () => {
    await using home = await temporaryFolder();
    await using other = await temporaryFolder();
    const options = { folder: home.path, hostname: 'db', now };
    await loadTlsIdentity(options);
    const foreign = await loadTlsIdentity({ ...options, folder: other.path });
    await writeFile(join(home.path, 'server-key.pem'), foreign.key);
    await assert.rejects(loadTlsIdentity(options), /do not belong together/);
    await rm(join(home.path, 'server-key.pem'));
    await assert.rejects(loadTlsIdentity(options), /no key beside it/);
  });
});
