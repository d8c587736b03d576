import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { diskFiles } from '../../src/snapshot/disk-files.ts';
import { HashPool } from '../../src/snapshot/hashing.ts';

const none = new AbortController().signal;
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-files-'));
const hashing = new HashPool();
const files = diskFiles(hashing);

after(async () => {
  await hashing[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('files on disk', () => {
  it('are written whole, in folders made on the way, for the server’s user alone', async () => {
    const file = path.join(folder, 'a', 'b', 'plan.json');
    await files.write(file, Buffer.from('one'));
    await files.write(file, Buffer.from('two'));
    assert.equal(Buffer.from((await files.read(file)) ?? []).toString(), 'two');
    assert.deepEqual(readdirSync(path.dirname(file)), ['plan.json']);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  });

  it('grow by what is appended', async () => {
    const file = path.join(folder, 'log', 'intents.log');
    await files.append(file, Buffer.from('a\n'));
    await files.append(file, Buffer.from('b\n'));
    assert.equal(Buffer.from((await files.read(file)) ?? []).toString(), 'a\nb\n');
  });

  it('say which of them finds no room', { skip: !existsSync('/dev/full') && 'needs /dev/full' }, async () => {
    await assert.rejects(files.append('/dev/full', Buffer.from('a\n')), {
      message:
        /^cannot write '\/dev\/full': no space left on the device; free some space in the data folder$/,
    });
  });

  it('that are missing are no error', async () => {
    const file = path.join(folder, 'nothing');
    assert.equal(await files.read(file), undefined);
    assert.equal(await files.sizeBytes(file), undefined);
    assert.deepEqual(await files.list(file), []);
    await files.remove(file);
  });

  it('are removed with all that is in them', async () => {
    await files.write(path.join(folder, 'gone', 'deep', 'x'), Buffer.from('x'));
    await files.remove(path.join(folder, 'gone'));
    assert.deepEqual(await files.list(path.join(folder, 'gone')), []);
  });

  it('receive a stream, and an abort ends it', async () => {
    const file = path.join(folder, 'in', 'stream');
    const chunks = (async function* () {
      yield Buffer.from('ab');
      yield Buffer.from('c');
    })();
    assert.equal(await files.receive(file, chunks, none), 3);
    assert.equal(await files.sizeBytes(file), 3);
    const aborted = AbortSignal.abort(new Error('stop'));
    await assert.rejects(
      files.receive(
        file,
        (async function* () {
          yield Buffer.from('x');
        })(),
        aborted,
      ),
    );
  });

  it('are the body of a put', () => {
    assert.deepEqual(files.body('/x', 3), { kind: 'file', path: '/x', sizeBytes: 3 });
  });
});

describe('the hash of a file', () => {
  for (const sizeBytes of [0, 1, 1024 * 1024, 1024 * 1024 + 1, 5_000_000]) {
    it(`is right for ${sizeBytes} bytes`, async () => {
      const bytes = Buffer.alloc(sizeBytes, 'holdfast');
      const file = path.join(folder, `bytes-${sizeBytes}`);
      writeFileSync(file, bytes);
      assert.equal(await files.sha256(file, none), createHash('sha256').update(bytes).digest('hex'));
    });
  }

  it('is computed for several files at once', async () => {
    const file = path.join(folder, 'bytes-5000000');
    const hashes = await Promise.all(Array.from({ length: 8 }, () => files.sha256(file, none)));
    assert.equal(new Set(hashes).size, 1);
  });

  it('of a missing file is an error, and so is one that is aborted', async () => {
    await assert.rejects(files.sha256(path.join(folder, 'nothing'), none), { code: 'ENOENT' });
    const controller = new AbortController();
    const hash = files.sha256(path.join(folder, 'bytes-5000000'), controller.signal);
    controller.abort(new Error('enough'));
    await assert.rejects(hash, /enough|aborted/);
  });
});
