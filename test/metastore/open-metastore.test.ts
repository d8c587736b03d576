import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import { openMetastore } from '../../src/metastore/open-metastore.ts';
import { temporaryFolder } from './temporary-folder.ts';

const unit = { project: 'p', operator: 'root' };

function open(dataFolder: string): Promise<Metastore> {
  return openMetastore({ dataFolder, instance: 'node:9030', clock: systemClock, log: silentLog });
}

describe('the embedded metastore', () => {
  it('makes its data folder for its owner only, and keeps what was written', async () => {
    using folder = temporaryFolder();
    const dataFolder = join(folder.path, 'a', 'data');
    {
      await using metastore = await open(dataFolder);
      await metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', { v: 1 }));
    }
    assert.equal(statSync(dataFolder).mode & 0o777, 0o700);
    await using metastore = await open(dataFolder);
    assert.deepEqual(metastore.get('/p/t/a')?.content, { v: 1 });
  });

  it('refuses a second server on its data folder, and names the first', async () => {
    using folder = temporaryFolder();
    await using _first = await open(folder.path);
    await assert.rejects(open(folder.path), {
      name: 'MetastoreError',
      kind: 'locked',
      message:
        `data folder '${folder.path}' is in use by another Holdfast server (process ${process.pid}): ` +
        'stop it, or give this one another folder with --data',
    });
  });

  it('gives the folder back when it could not open the metastore', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'metastore.db'), 'broken'.repeat(1_000));
    await assert.rejects(open(folder.path), { kind: 'corrupt' });
    await assert.rejects(open(folder.path), { kind: 'corrupt' });
  });

  it('says so when the data folder cannot be made', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file'), '');
    await assert.rejects(open(join(folder.path, 'file', 'data')), {
      kind: 'unavailable',
      message: /cannot make data folder '.*': not a directory; give another by --data/,
    });
  });
});

describe('a write that was answered', () => {
  it('survives kill -9, and so does the lock of the folder until then', async () => {
    using folder = temporaryFolder();
    let refusal: unknown;
    const answered = await runWriter(folder.path, [], async (number, kill) => {
      if (number !== 5) return;
      refusal = await open(folder.path).catch((error: unknown) => error);
      kill();
    });
    assert.match(String(refusal), /is in use by another Holdfast server \(process \d+\)/);
    assert.ok(answered >= 5);
    await using metastore = await open(folder.path);
    for (let number = 1; number <= answered; number++) {
      assert.deepEqual(metastore.get(`/p/t/${number}`)?.content, { number });
    }
    const [singles, twins] = ['/p/t/', '/p/twin/'].map((prefix) => metastore.list(prefix).length);
    assert.equal(singles, twins);
    assert.ok(singles === answered || singles === answered + 1);
  });

  const points = [
    { point: 'before_commit', kept: 3 },
    { point: 'after_commit', kept: 4 },
  ];
  for (const { point, kept } of points) {
    it(`is all there or not at all when the process dies ${point}`, async () => {
      using folder = temporaryFolder();
      assert.equal(await runWriter(folder.path, [point], async () => {}), 3);
      await using metastore = await open(folder.path);
      assert.equal(metastore.list('/p/t/').length, kept);
      assert.equal(metastore.list('/p/twin/').length, kept);
      const rows = await metastore.audit(0, 100, new AbortController().signal);
      assert.equal(rows.length, kept * 2);
      await metastore.write(unit, (sandbox) => sandbox.put('/p/t/next', 0));
    });
  }
});

/** Runs the writer until it is dead and returns the last number that it was answered for. */
async function runWriter(
  folder: string,
  more: readonly string[],
  onAnswer: (number: number, kill: () => void) => Promise<void>,
): Promise<number> {
  const script = join(import.meta.dirname, 'writer-process.ts');
  const child = spawn(process.execPath, [script, folder, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let answered = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      answered = Number(line);
      await onAnswer(answered, () => child.kill('SIGKILL'));
    }
    await ended;
    assert.equal(child.signalCode, 'SIGKILL');
    return answered;
  } finally {
    child.kill('SIGKILL');
  }
}
