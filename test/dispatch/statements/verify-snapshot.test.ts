import assert from 'node:assert/strict';
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { chunksOf, type Manifest, rowsOf } from '../../../src/snapshot/manifest.ts';
import { decodeManifest, encodeManifest } from '../../../src/snapshot/manifest-codec.ts';
import { World } from '../world.ts';

const columns = ['Snapshot', 'Timestamp', 'Object', 'Kind', 'Blobs', 'Bytes', 'Rows', 'Result', 'Message'];

describe('VERIFY SNAPSHOT', () => {
  let world: World;
  let folder: string;
  before(async () => {
    world = await World.open();
    folder = fileURLToPath(world.place());
    const statements = [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`,
      'CREATE DATABASE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, kind ENUM("a", "b"), price DECIMAL(10,2), t TIME)',
      "INSERT INTO shop.item VALUES (1, 'a', 1.5, '200:00:00'), (2, 'b', NULL, '01:00:00')",
      'CREATE TABLE shop.sale (id INT, day DATE) PARTITION BY RANGE (day) (' +
        "PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN ('2027-01-01'))",
      "INSERT INTO shop.sale VALUES (1, '2025-01-01'), (2, '2026-01-01'), (3, '2026-02-01')",
      'CREATE TABLE shop.nothing (id INT)',
      'CREATE VIEW shop.names AS SELECT id FROM shop.item',
    ];
    for (const statement of statements) await world.run(statement);
  });
  after(() => world[Symbol.asyncDispose]());

  const backup = async (label: string): Promise<void> => {
    await world.run(`BACKUP SNAPSHOT shop.${label} TO r`);
    await world.settled();
  };
  /** Object, kind, rows, result, message of each row. */
  const verdicts = async (tail: string): Promise<readonly string[]> =>
    (await world.rows(`VERIFY SNAPSHOT ${tail}`)).map((row) =>
      [2, 3, 6, 7, 8].map((at) => row[at] ?? '-').join(' | '),
    );
  const manifestFile = (label: string): string =>
    globSync(`${folder}/**/snapshots/${label}/*/manifest.json`)[0] ?? '';
  const manifestOf = (label: string): Manifest =>
    decodeManifest(readFileSync(manifestFile(label)), label).manifest;
  const blobOf = (label: string, name: string, at = 0): string => {
    const object = manifestOf(label).objects.find((each) => each.name === name);
    assert.ok(object);
    const rows = rowsOf(object);
    assert.ok(rows);
    const sha256 = chunksOf(rows)[at]?.chunk.sha256 ?? '';
    return globSync(`${folder}/**/blobs/*/${sha256}.parquet`)[0] ?? '';
  };
  const whole = [
    'manifest.json | MANIFEST | - | PASS | -',
    'item | TABLE | 2 | PASS | -',
    'nothing | TABLE | 0 | PASS | -',
    'sale | TABLE | 3 | PASS | -',
    'names | VIEW | 0 | PASS | -',
  ];

  it('passes every object of a whole snapshot, with and without FULL', async () => {
    await backup('good');
    assert.deepEqual(await world.names('VERIFY SNAPSHOT good ON r'), columns);
    assert.deepEqual(await verdicts('good ON r'), whole);
    assert.deepEqual(await verdicts('good ON r FULL'), whole);
    const [row] = (await world.rows('VERIFY SNAPSHOT good ON r')).filter((each) => each[2] === 'item');
    assert.deepEqual([row?.[4], row?.[5]], ['1', String(statSync(blobOf('good', 'item')).size)]);
  });

  it('looks at the one that AT names, else at every snapshot of the label', async () => {
    const timestamp = manifestOf('good').timestamp;
    assert.deepEqual(await verdicts(`good ON r AT '${timestamp}'`), whole);
    await world.refuses(
      "VERIFY SNAPSHOT good ON r AT '2001-01-01-00-00-00-000'",
      'backup',
      /^Snapshot does not exist in repository r: good at 2001-01-01-00-00-00-000$/,
    );
    await world.refuses('VERIFY SNAPSHOT ghost ON r', 'backup', /does not exist in repository r: ghost$/);
    await world.refuses('VERIFY SNAPSHOT good ON ghost', 'backup', /^Repository does not exist: ghost$/);
  });

  it('names what was put into the folder of the label', async () => {
    const foreign = path.join(path.dirname(manifestFile('good')), 'notes.txt');
    writeFileSync(foreign, 'hello');
    const found = await verdicts('good ON r');
    assert.deepEqual(found.slice(0, -1), whole);
    assert.match(
      found.at(-1) ?? '',
      /snapshots\/good\/.*\/notes\.txt \| FILE \| - \| WARN \| not part of any/,
    );
    rmSync(foreign);
  });

  it('finds rows and checksums that differ from the manifest with FULL alone', async () => {
    const { objects, ...rest } = manifestOf('good');
    const changed = objects.map((object) => {
      if (object.kind !== 'TABLE') return object;
      if (object.name === 'item') return { ...object, checksum: { ...object.checksum, value: '7' } };
      const [first, second] = object.partitions ?? [];
      if (first === undefined || second === undefined) return object;
      const chunks = second.chunks.map((chunk) => ({ ...chunk, rows: 5 }));
      return { ...object, partitions: [first, { ...second, chunks }] };
    });
    const before = readFileSync(manifestFile('good'));
    writeFileSync(manifestFile('good'), encodeManifest({ ...rest, objects: changed }).bytes);
    assert.deepEqual(await verdicts('good ON r'), whole);
    const found = await verdicts('good ON r FULL');
    assert.match(found[1] ?? '', /^item \| TABLE \| 2 \| FAIL \| the table has checksum \d+, not 7$/);
    assert.match(found[3] ?? '', /^sale \| TABLE \| 3 \| FAIL \| blob [0-9a-f]{64} has 2 rows, not 5$/);
    writeFileSync(manifestFile('good'), before);
  });

  it('names a missing blob, a flipped bit and a cut file, and passes the rest', async () => {
    rmSync(blobOf('good', 'item'));
    const flipped = blobOf('good', 'sale', 0);
    const bytes = readFileSync(flipped);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    writeFileSync(flipped, bytes);
    const cut = blobOf('good', 'sale', 1);
    writeFileSync(cut, readFileSync(cut).subarray(0, 20));
    for (const tail of ['good ON r', 'good ON r FULL']) {
      const found = await verdicts(tail);
      assert.match(found[1] ?? '', /^item \| TABLE \| 2 \| FAIL \| blob '.*\.parquet' is missing$/);
      assert.match(found[3] ?? '', /blob '.*' has hash [0-9a-f]{64}; blob '.*' has 20 bytes, not \d+$/);
      assert.deepEqual([found[0], found[2], found[4]], [whole[0], whole[2], whole[4]]);
    }
  });

  it('says what is wrong with a manifest', async () => {
    writeFileSync(manifestFile('good'), '{"formatVersion": 1');
    assert.match(
      (await verdicts('good ON r'))[0] ?? '',
      /^manifest\.json \| MANIFEST \| - \| FAIL \| .*ends after/,
    );
  });

  it('leaves nothing in the staging folder', () => {
    const { stagingFolder } = world.services.embedded.engine;
    assert.deepEqual(globSync(`${stagingFolder}/verify/*`), []);
  });

  it('is for those who may back up', async () => {
    const stranger = await world.stranger('ann');
    await world.refuses('VERIFY SNAPSHOT good ON r', 'backup_access_denied', /REPOSITORY/, stranger);
  });
});
