import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { type BankDigest, changeBank, digestBank, makeBank } from '../support/bank.ts';
import { CrashWorld } from '../support/crash-world.ts';
import { blobFile, blobsOfSnapshot, manifestFile, repositoryFolder } from '../support/repository-folder.ts';
import { until } from '../support/until.ts';

/** Slow enough that an upload is still going on when its folder is taken away. */
const slowKbps = 100;

describe('a repository that is damaged', () => {
  let world: CrashWorld;
  let whole: BankDigest;
  /** What is there now: neither snapshot's content. */
  let live: BankDigest;
  /** A blob that only the snapshot `hurt` names. */
  let blob: string;

  before(async () => {
    world = await CrashWorld.create();
    await makeBank(world.connection, 30);
    whole = await digestBank(world.connection);
    assert.equal((await world.backUp('whole'))['Status'], '[OK]');
    await changeBank(world.connection, 1);
    assert.equal((await world.backUp('hurt'))['Status'], '[OK]');
    await changeBank(world.connection, 2);
    live = await digestBank(world.connection);
    const others = new Set(blobsOfSnapshot(world.place, 'r', 'whole'));
    const own = blobsOfSnapshot(world.place, 'r', 'hurt').find((sha256) => !others.has(sha256));
    blob = blobFile(world.place, 'r', String(own));
  });
  after(() => world[Symbol.asyncDispose]());

  const blobDamages: readonly Readonly<{ what: string; damage: (bytes: Buffer) => void; status: RegExp }>[] =
    [
      {
        what: 'has lost a blob',
        damage: () => rmSync(blob),
        status: /^\[NOT_FOUND, msg: blob '.+' is missing\]$/,
      },
      {
        what: 'has a blob that was cut off',
        damage: (bytes) => writeFileSync(blob, bytes.subarray(0, bytes.length / 2)),
        status: /^\[BAD_FILE, msg: blob '.+' has \d+ bytes, not \d+\]$/,
      },
      {
        what: 'has a blob with one other bit',
        damage: (bytes) => {
          const flipped = Buffer.from(bytes);
          flipped.writeUInt8(flipped.readUInt8(100) ^ 1, 100);
          writeFileSync(blob, flipped);
        },
        status: /^\[BAD_FILE, msg: blob '.+' has hash [0-9a-f]{64}\]$/,
      },
    ];

  for (const { what, damage, status } of blobDamages) {
    it(`fails the restore that needs it and no other when it ${what}`, async () => {
      const bytes = readFileSync(blob);
      damage(bytes);
      const job = await world.restore('hurt');
      assert.equal(job['State'], 'CANCELLED');
      assert.match(String(job['Status']), status);
      assert.ok(String(job['Status']).includes(path.basename(blob)), 'the blob is named');
      assert.deepEqual(await digestBank(world.connection), live);
      await assertWholeRestores();
      writeFileSync(blob, bytes);
    });
  }

  const manifestDamages: readonly Readonly<{
    what: string;
    damage: (manifest: string) => string;
    reason: RegExp;
  }>[] = [
    {
      what: 'cut off',
      damage: (text) => text.slice(0, text.length / 2),
      reason: /manifest\.json' ends after \d+ bytes/,
    },
    {
      what: 'of a later format',
      damage: (text) => text.replace(/"formatVersion":\s*\d+/, '"formatVersion":99'),
      reason: /manifest\.json' has format version 99, this server reads versions up to 1/,
    },
    {
      what: 'changed by hand',
      damage: (text) => text.replace(/"rows":(\d)/, '"rows":9$1'),
      reason: /manifest\.json' has hash [0-9a-f]{64}, but says [0-9a-f]{64}/,
    },
    {
      what: 'another file',
      damage: () => '<html>404</html>',
      reason: /manifest\.json' is not JSON/,
    },
  ];

  for (const { what, damage, reason } of manifestDamages) {
    it(`says which snapshot's manifest is ${what}, and restores the others`, async () => {
      const file = manifestFile(world.place, 'r', 'hurt');
      const manifest = readFileSync(file, 'utf8');
      writeFileSync(file, damage(manifest));
      const [listed] = await world.rows(`SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'hurt'`);
      assert.match(String(listed?.['Status']), /^ERROR: Failed to get info: /);
      assert.match(String(listed?.['Status']), reason);
      await assert.rejects(world.beginRestore('hurt'), (error: RowDataPacket) => {
        assert.match(String(error['message']), /^Failed to get info of snapshot 'hurt' because: /);
        assert.match(String(error['message']), reason);
        return true;
      });
      await assertWholeRestores();
      writeFileSync(file, manifest);
    });
  }

  it('passes over files that are not its own', async () => {
    const root = path.join(world.place, repositoryFolder('r'));
    const foreign = [
      'notes.txt',
      'blobs/notes.txt',
      'blobs/ab/short.parquet',
      'snapshots/notes.txt',
      'snapshots/hurt/notes.txt',
      'snapshots/we ird/x/manifest.json',
      'snapshots/hurt/not-a-time/manifest.json',
    ];
    for (const file of foreign) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), 'hello');
    }
    assert.deepEqual(await world.listed(), ['hurt OK', 'whole OK']);
    await assertWholeRestores();
    for (const file of foreign) assert.equal(readFileSync(path.join(root, file), 'utf8'), 'hello');
    for (const folder of ['blobs/ab/short.parquet', 'snapshots/we ird', 'snapshots/hurt/not-a-time']) {
      rmSync(path.join(root, folder), { recursive: true });
    }
  });

  it('cancels the backup during which its folder is removed, and makes no folder in its place', async () => {
    await changeBank(world.connection, 3);
    await setUploadSpeed(slowKbps);
    await world.connection.query('BACKUP SNAPSHOT bank.lost TO r');
    await world.reached('BACKUP', ['UPLOADING']);
    const away = `${world.place}-away`;
    renameSync(world.place, away);
    await setUploadSpeed(0);
    const job = await world.settled('BACKUP');
    assert.equal(job['State'], 'CANCELLED');
    assert.match(String(job['Status']), /^\[NOT_FOUND, msg: .*(is gone|not at its location any more)/);
    await world.cleaned();
    assert.throws(() => readFileSync(world.place), { code: 'ENOENT' });
    await assert.rejects(world.connection.query('BACKUP SNAPSHOT bank.lost TO r'), {
      message: /^repository 'r' is not at its location any more: .*__repo_info' is missing/,
    });
    await assert.rejects(world.connection.query('SHOW SNAPSHOT ON r'), { errno: 5064 });
    renameSync(away, world.place);
    assert.equal((await world.backUp('found'))['Status'], '[OK]');
  });

  it('cancels the backup during which its disk is unmounted and leaves an empty folder', async () => {
    await changeBank(world.connection, 4);
    await setUploadSpeed(slowKbps);
    await world.connection.query('BACKUP SNAPSHOT bank.lost TO r');
    await world.reached('BACKUP', ['UPLOADING']);
    const away = `${world.place}-away`;
    // The server may rename a file that it has just written while it is copied.
    await until('a copy', async () => copies(world.place, away));
    for (const name of [repositoryFolder('r'), '.tmp-holdfast']) {
      rmSync(path.join(world.place, name), { recursive: true, force: true, maxRetries: 10 });
    }
    await setUploadSpeed(0);
    const job = await world.settled('BACKUP');
    assert.equal(job['State'], 'CANCELLED');
    assert.match(String(job['Status']), /^\[NOT_FOUND, msg: /);
    await world.cleaned();
    rmSync(world.place, { recursive: true });
    renameSync(away, world.place);
    assert.deepEqual(await world.listed(), ['found OK', 'hurt OK', 'whole OK']);
    await assertWholeRestores();
  });

  async function assertWholeRestores(): Promise<void> {
    const before = await digestBank(world.connection);
    assert.equal((await world.restore('whole'))['Status'], '[OK]');
    assert.deepEqual(await digestBank(world.connection), whole);
    // Back to rows that no snapshot has, so that a restore that changes something is seen.
    await changeBank(world.connection, 2);
    live = await digestBank(world.connection);
    assert.notDeepEqual(live, whole);
    assert.notDeepEqual(before, whole);
  }

  function copies(from: string, to: string): true | undefined {
    try {
      cpSync(from, to, { recursive: true });
      return true;
    } catch {
      rmSync(to, { recursive: true, force: true });
      return undefined;
    }
  }

  async function setUploadSpeed(kbps: number): Promise<void> {
    await world.connection.query(`ADMIN SET FRONTEND CONFIG ("max_upload_speed_kbps" = "${kbps}")`);
  }
});
