import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { MemoryStore } from '../../src/repository/adapters/memory/store.ts';
import { layoutOf, type SnapshotPlace } from '../../src/snapshot/layout.ts';
import { encodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { fetchBlob, hasLabel, listSnapshots, readManifest } from '../../src/snapshot/reader.ts';
import { deleteBlobs, deleteManifests, hasBlob, putBlob, putManifest } from '../../src/snapshot/writer.ts';
import { memoryFiles, type MemoryFolder } from '../support/memory-files.ts';
import { sampleManifest } from '../support/sample-manifest.ts';

const none = new AbortController().signal;
const bytes = Buffer.from('rows of a table');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const blob = { path: '/in', sha256, bytes: bytes.length };
const { label, timestamp } = sampleManifest;
const manifest = encodeManifest(sampleManifest);

function place(): SnapshotPlace & {
  folder: MemoryFolder;
  put: () => ReturnType<typeof putBlob>;
  intents: string[];
} {
  const folder: MemoryFolder = new Map([['/in', bytes]]);
  const at = { store: new MemoryStore(() => 0), layout: layoutOf('repo') };
  const intents: string[] = [];
  const put = (): ReturnType<typeof putBlob> =>
    putBlob(at, memoryFiles(folder), blob, async () => void intents.push(sha256), none);
  return { ...at, folder, put, intents };
}

describe('the writer', () => {
  it('stores a blob once, and says before it does', async () => {
    const at = place();
    assert.equal(await at.put(), 'stored');
    assert.deepEqual(at.intents, [sha256]);
    assert.equal(await at.put(), 'present');
    assert.deepEqual(at.intents, [sha256]);
    assert.ok(await hasBlob(at, blob, none));
  });

  it('replaces a blob of another size, which is damaged', async () => {
    const at = place();
    const half = { kind: 'bytes', bytes: bytes.subarray(0, 3) } as const;
    await at.store.put(at.layout.blob(sha256), half, { ifAbsent: true }, none);
    assert.equal(await hasBlob(at, blob, none), false);
    assert.equal(await at.put(), 'stored');
    assert.ok(await hasBlob(at, blob, none));
  });

  it('takes the same manifest twice and another one never', async () => {
    const at = place();
    await putManifest(at, { label, timestamp }, manifest.bytes, none);
    await putManifest(at, { label, timestamp }, manifest.bytes, none);
    const other = encodeManifest({ ...sampleManifest, database: 'other' });
    await assert.rejects(putManifest(at, { label, timestamp }, other.bytes, none), { kind: 'conflict' });
    assert.equal((await readManifest(at, { label, timestamp }, none)).sha256, manifest.sha256);
  });

  it('takes a snapshot away with its manifest', async () => {
    const at = place();
    await putManifest(at, { label, timestamp }, manifest.bytes, none);
    assert.ok(await hasLabel(at, label, none));
    await deleteManifests(at, [{ label, timestamp }], none);
    assert.equal(await hasLabel(at, label, none), false);
    await at.put();
    await deleteBlobs(at, [sha256], none);
    assert.equal(await hasBlob(at, blob, none), false);
  });
});

describe('the reader', () => {
  it('lists snapshots of the repository alone, and nothing else that lies there', async () => {
    const at = place();
    const later = { ...sampleManifest, timestamp: '2026-02-02-03-04-05-678' };
    await putManifest(at, later, encodeManifest(later).bytes, none);
    await putManifest(at, sampleManifest, manifest.bytes, none);
    const stray = `${at.layout.snapshotsPrefix}x/notes.txt`;
    await at.store.put(stray as typeof at.layout.info, { kind: 'bytes', bytes }, { ifAbsent: true }, none);
    const listed = await Array.fromAsync(listSnapshots(at, none));
    assert.deepEqual(
      listed.map((snapshot) => [snapshot.label, snapshot.timestamp]),
      [
        [label, timestamp],
        [label, later.timestamp],
      ],
    );
    assert.equal(await hasLabel(at, 'x', none), false);
  });

  it('tells a snapshot that is not there from one under the wrong key', async () => {
    const at = place();
    await assert.rejects(readManifest(at, { label: 'no', timestamp }, none), { kind: 'not_found' });
    await putManifest(at, { label: 'moved', timestamp }, manifest.bytes, none);
    await assert.rejects(readManifest(at, { label: 'moved', timestamp }, none), { kind: 'foreign' });
  });

  it('fetches a blob and checks what lies on disk', async () => {
    const at = place();
    await at.put();
    const files = memoryFiles(at.folder);
    await fetchBlob(at, files, { ...blob, path: '/out' }, none);
    assert.deepEqual(at.folder.get('/out'), bytes);
  });

  const damages: readonly Readonly<{ name: string; bytes: Buffer; says: RegExp }>[] = [
    { name: 'one byte changed', bytes: Buffer.from('Rows of a table'), says: /has hash [0-9a-f]{64}$/ },
    { name: 'another size', bytes: bytes.subarray(1), says: /has 14 bytes, not 15$/ },
  ];
  for (const damage of damages) {
    it(`names a blob with ${damage.name}, and leaves no file`, async () => {
      const at = place();
      const key = at.layout.blob(sha256);
      await at.store.put(key, { kind: 'bytes', bytes: damage.bytes }, { ifAbsent: true }, none);
      const fetched = fetchBlob(at, memoryFiles(at.folder), { ...blob, path: '/out' }, none);
      await assert.rejects(fetched, (error: Error & { kind?: string }) => {
        assert.equal(error.kind, 'corrupt');
        assert.ok(error.message.includes(key));
        assert.match(error.message, damage.says);
        return true;
      });
      assert.equal(at.folder.has('/out'), false);
    });
  }

  it('names a missing blob', async () => {
    const at = place();
    await assert.rejects(fetchBlob(at, memoryFiles(at.folder), blob, none), { kind: 'not_found' });
  });
});
