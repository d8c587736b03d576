import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { MemoryStore } from '../../src/repository/adapters/memory/store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import type { Manifest, ManifestTable } from '../../src/snapshot/manifest.ts';
import { type FileDecoder, type Verdict, verifySnapshot } from '../../src/snapshot/verification.ts';
import { putBlob } from '../../src/snapshot/writer.ts';
import { SourceError } from '../../src/source/source-error.ts';
import { memoryFiles, type MemoryFolder } from '../support/memory-files.ts';
import { sampleManifest } from '../support/sample-manifest.ts';

const none = new AbortController().signal;
const bytes = Buffer.from('three rows of two tables');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const chunk = { range: { kind: 'all' }, sha256, bytes: bytes.length, rows: 3, bounds: [] } as const;
const algorithm = 'sum of hash';

function table(name: string, checksum = { algorithm, value: '12' }): ManifestTable {
  const [first] = sampleManifest.objects;
  assert.ok(first?.kind === 'TABLE');
  return { ...first, name, rows: 3, checksum, chunks: [chunk] };
}

class CountingStore extends MemoryStore {
  gets = 0;
  override get(...given: Parameters<MemoryStore['get']>): ReturnType<MemoryStore['get']> {
    this.gets += 1;
    return super.get(...given);
  }
}

type Given = Readonly<{ objects?: Manifest['objects']; kind?: 'mysql'; decode?: FileDecoder }>;

async function verified(store: MemoryStore, given: Given): Promise<readonly Verdict[]> {
  const folder: MemoryFolder = new Map([['/in', bytes]]);
  const place = { store, layout: layoutOf('repo') };
  const files = memoryFiles(folder);
  await putBlob(place, files, { path: '/in', sha256, bytes: bytes.length }, async () => undefined, none);
  const { catalog } = sampleManifest;
  const manifest = {
    ...sampleManifest,
    objects: given.objects ?? [table('one'), table('two')],
    catalog: { ...catalog, kind: given.kind ?? catalog.kind },
  };
  const { decode } = given;
  const parts = { place, manifest, files, folder: '/look', blobsAtOnce: 2, ...(decode && { decode }) };
  const verdicts: Verdict[] = [];
  for await (const verdict of verifySnapshot(parts, none)) verdicts.push(verdict);
  assert.deepEqual([...folder.keys()], ['/in'], 'no file is left behind');
  return verdicts;
}

const counted = { rows: 3, checksum: { rows: 3, algorithm, value: '12' } };

describe('verifySnapshot', () => {
  it('fetches a blob once for all tables that share it', async () => {
    const store = new CountingStore(() => 0);
    const verdicts = await verified(store, {});
    assert.deepEqual(
      verdicts.map(({ name, problems }) => [name, problems]),
      [
        ['one', []],
        ['two', []],
      ],
    );
    assert.equal(store.gets, 1);
  });

  it('compares what was decoded', async () => {
    const decode: FileDecoder = async () => counted;
    const objects = [table('good'), table('other', { algorithm, value: '13' })];
    const [good, other] = await verified(new MemoryStore(() => 0), { decode, objects });
    assert.deepEqual([good?.problems, good?.notes], [[], []]);
    assert.deepEqual(other?.problems, ['the table has checksum 12, not 13']);
  });

  it('says so when the rows have a checksum that only a restore can compare', async () => {
    const definitions: unknown[] = [];
    const decode: FileDecoder = async ({ definition }) => {
      definitions.push(definition);
      return { rows: 3 };
    };
    const [verdict] = await verified(new MemoryStore(() => 0), { decode, kind: 'mysql' });
    assert.deepEqual(definitions, [undefined, undefined]);
    assert.deepEqual(verdict?.problems, []);
    assert.deepEqual(verdict?.notes, [
      "rows were decoded and counted; checksum 'sum of hash' is compared by a restore",
    ]);
  });

  it('names a file that cannot be decoded', async () => {
    const decode: FileDecoder = async () => {
      throw new SourceError('failed', 'decoding failed: no magic bytes');
    };
    const [verdict] = await verified(new MemoryStore(() => 0), { decode });
    assert.match(
      verdict?.problems[0] ?? '',
      /\.parquet' cannot be decoded: decoding failed: no magic bytes$/,
    );
  });

  it('ends when the repository does not answer, or the look is cut off', async () => {
    const dead = new MemoryStore(() => 0);
    dead.get = () => {
      throw new StorageError('unavailable', 'nobody answers');
    };
    await assert.rejects(verified(dead, {}), { kind: 'unavailable' });
    const decode: FileDecoder = async () => {
      throw new SourceError('interrupted', 'decoding was cancelled');
    };
    await assert.rejects(verified(new MemoryStore(() => 0), { decode }), { kind: 'interrupted' });
  });
});
