import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { OpenSource, SourceClause } from '../source.ts';
import { assertFails, calm, copyFrozen, copyOf, fill, newFile, restored, sha256OfFile } from './support.ts';

export const readClauses: readonly SourceClause[] = [
  { sentence: 'databases, tables, views and partitions are listed', check: lists },
  { sentence: 'what others write after the freeze is not read', check: laterWrites },
  {
    sentence: 'a table that is altered or dropped after the freeze is read as it was',
    check: laterDefinitions,
  },
  { sentence: 'a database that is dropped after the freeze is read as it was', check: laterDropDatabase },
  { sentence: 'rows of an open transaction are not read', check: openTransaction },
  { sentence: 'a freeze of what does not exist fails with missing', check: missingObjects },
  { sentence: 'the same rows give the same bytes and the same checksum', check: sameBytes },
  {
    sentence: 'the same rows give the same bytes in another table, made another way',
    check: sameBytesElsewhere,
  },
  { sentence: 'the checksum changes with any row, and not with the order of rows', check: checksums },
  {
    sentence: 'partitions share no chunk, and their checksums add up to that of the table',
    check: partitionSums,
  },
  { sentence: 'an empty table has one chunk without rows', check: emptyTable },
  { sentence: 'a chunk has the least and greatest values of its columns', check: bounds },
  { sentence: 'what a chunk says of its file is true', check: writtenFile },
  { sentence: 'a chunk is never written over a file', check: existingFile },
  { sentence: 'a cancelled extract fails with interrupted and leaves no file', check: cancelled },
];

async function lists({ source, run }: OpenSource): Promise<void> {
  await run('CREATE TABLE a (id INT)');
  await run('CREATE VIEW v AS SELECT id FROM a');
  await run(
    'CREATE TABLE p (d INT) PARTITION BY RANGE (d) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20))',
  );
  assert.ok((await source.listDatabases(calm)).includes('shop'));
  const objects = (await source.listObjects('shop', calm)) ?? [];
  assert.deepEqual(
    objects.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    [
      { kind: 'TABLE', name: 'a' },
      { kind: 'TABLE', name: 'p' },
      { kind: 'VIEW', name: 'v' },
    ],
  );
  assert.equal(await source.listObjects('missing', calm), undefined);
  assert.deepEqual(await source.listPartitions('shop', 'p', calm), ['low', 'high']);
  assert.deepEqual(await source.listPartitions('shop', 'a', calm), []);
}

async function laterWrites(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10))');
  await run("INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
  await using frozen = await source.freeze(
    { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
    calm,
  );
  const before = await frozen.checksum('t', undefined, calm);
  await run("UPDATE t SET v = 'changed' WHERE id = 1");
  await run('DELETE FROM t WHERE id = 2');
  await run("INSERT INTO t VALUES (4, 'four')");
  assert.deepEqual(await frozen.checksum('t', undefined, calm), before);
  const copy = await copyFrozen(subject, frozen);
  await restored(subject, copy, { database: 'then', createDatabase: true });
  assert.deepEqual(await rows('SELECT id, v FROM `then`.t ORDER BY id'), [
    [1, 'one'],
    [2, 'two'],
    [3, 'three'],
  ]);
  assert.equal((await rows('SELECT * FROM t')).length, 3);
}

async function laterDefinitions(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE altered (id INT)');
  await run('CREATE TABLE dropped (id INT)');
  await run('INSERT INTO altered VALUES (1)');
  await run('INSERT INTO dropped VALUES (2)');
  const objects = ['altered', 'dropped'].map((name) => ({ kind: 'TABLE' as const, name }));
  await using frozen = await source.freeze({ database: 'shop', objects }, calm);
  await run('ALTER TABLE altered ADD COLUMN more INT');
  await run('DROP TABLE dropped');
  await run('CREATE TABLE dropped (other VARCHAR(10))');
  await run("INSERT INTO dropped VALUES ('new')");
  const copy = await copyFrozen(subject, frozen);
  await restored(subject, copy, { database: 'then', createDatabase: true });
  assert.deepEqual(await rows('SELECT * FROM `then`.altered'), [[1]]);
  assert.deepEqual(await rows('SELECT * FROM `then`.dropped'), [[2]]);
}

async function laterDropDatabase(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  await using frozen = await source.freeze(
    { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
    calm,
  );
  await run('DROP DATABASE shop');
  const copy = await copyFrozen(subject, frozen);
  await restored(subject, copy, { database: 'shop', createDatabase: true });
  assert.deepEqual(await rows('SELECT * FROM shop.t'), [[1]]);
}

async function openTransaction(subject: OpenSource): Promise<void> {
  const { run } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  await run('BEGIN');
  await run('INSERT INTO t VALUES (2)');
  const copy = await copyOf(subject, ['t']);
  await run('COMMIT');
  assert.equal(copy.tables[0]?.checksum.rows, 1);
}

async function missingObjects({ source, run }: OpenSource): Promise<void> {
  await run('CREATE TABLE t (id INT)');
  await run('CREATE VIEW v AS SELECT id FROM t');
  const freeze = (database: string, name: string, partitions?: readonly string[]): Promise<unknown> =>
    source.freeze(
      { database, objects: [{ kind: 'TABLE', name, ...(partitions !== undefined && { partitions }) }] },
      calm,
    );
  await assertFails('missing', freeze('missing', 't'));
  await assertFails('missing', freeze('shop', 'missing'));
  await assertFails('missing', freeze('shop', 'v'));
  await assertFails('missing', freeze('shop', 't', ['p1']));
}

async function sameBytes(subject: OpenSource): Promise<void> {
  await fill(subject, 't', 3000);
  const [first, second] = [await copyOf(subject, ['t']), await copyOf(subject, ['t'])];
  assert.deepEqual(
    first.tables[0]?.files.map((file) => file.sha256),
    second.tables[0]?.files.map((file) => file.sha256),
  );
  assert.deepEqual(first.tables[0]?.checksum, second.tables[0]?.checksum);
}

async function sameBytesElsewhere(subject: OpenSource): Promise<void> {
  const { run } = subject;
  await fill(subject, 't', 5000);
  await fill(subject, 'u', 9000);
  await run('DELETE FROM u WHERE id >= 5000');
  const [t, u] = (await copyOf(subject, ['t', 'u'])).tables;
  assert.deepEqual(
    t?.files.map((file) => file.sha256),
    u?.files.map((file) => file.sha256),
  );
  assert.deepEqual(t?.checksum, u?.checksum);
}

async function checksums(subject: OpenSource): Promise<void> {
  const { run } = subject;
  await run('CREATE TABLE a (id INT, v VARCHAR(10))');
  await run('CREATE TABLE b (id INT, v VARCHAR(10))');
  await run('CREATE TABLE c (id INT, v VARCHAR(10))');
  await run("INSERT INTO a VALUES (1, 'x'), (2, NULL), (3, ''), (3, '')");
  await run("INSERT INTO b VALUES (3, ''), (2, NULL), (3, ''), (1, 'x')");
  await run("INSERT INTO c VALUES (3, ''), (2, ''), (3, ''), (1, 'x')");
  const [a, b, c] = (await copyOf(subject, ['a', 'b', 'c'])).tables.map((table) => table.checksum);
  assert.deepEqual(a, b);
  assert.notEqual(a?.value, c?.value);
  assert.match(a?.value ?? '', /^\d+$/);
}

async function partitionSums(subject: OpenSource): Promise<void> {
  const { source, run } = subject;
  await run(
    'CREATE TABLE p (d INT, v VARCHAR(10)) PARTITION BY RANGE (d) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20))',
  );
  await run("INSERT INTO p VALUES (1, 'a'), (11, 'b'), (2, 'c'), (NULL, 'd')");
  const [table] = (await copyOf(subject, ['p'])).tables;
  assert.deepEqual(
    table?.files.map(({ partition, rows }) => [partition, rows]),
    [
      ['low', 3],
      ['high', 1],
    ],
  );
  await using frozen = await source.freeze(
    { database: 'shop', objects: [{ kind: 'TABLE', name: 'p' }] },
    calm,
  );
  const [low, high] = [await frozen.checksum('p', ['low'], calm), await frozen.checksum('p', ['high'], calm)];
  assert.equal((BigInt(low.value) + BigInt(high.value)).toString(), table?.checksum.value);
  assert.deepEqual([low.rows, high.rows, table?.checksum.rows], [3, 1, 4]);
  const chosen = await copyOf(subject, ['p'], ['high']);
  assert.deepEqual(chosen.tables[0]?.object.partitions, ['high']);
  assert.equal(chosen.tables[0]?.checksum.rows, 1);
}

async function emptyTable(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await run('CREATE TABLE t (id INT PRIMARY KEY, v TIME)');
  const copy = await copyOf(subject, ['t']);
  assert.deepEqual(
    copy.tables[0]?.files.map((file) => file.rows),
    [0],
  );
  assert.equal(copy.tables[0]?.checksum.value, '0');
  await restored(subject, copy, { database: 'then', createDatabase: true });
  assert.deepEqual(await rows('SELECT * FROM `then`.t'), []);
}

async function bounds(subject: OpenSource): Promise<void> {
  const { source, run } = subject;
  await run('CREATE TABLE t (id INT, v VARCHAR(10), e INT)');
  await run("INSERT INTO t VALUES (5, 'b', NULL), (-3, NULL, NULL), (40, 'a', NULL)");
  await using frozen = await source.freeze(
    { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
    calm,
  );
  const { written: _, ...chunk } = await frozen.extract(
    't',
    undefined,
    { kind: 'all' },
    newFile(subject),
    calm,
  );
  assert.deepEqual(chunk, {
    rows: 3,
    bounds: [
      { column: 'id', min: '-3', max: '40', nulls: 0 },
      { column: 'v', min: 'a', max: 'b', nulls: 1 },
      { column: 'e', nulls: 3 },
    ],
  });
}

/** A source that leaves the writing to others says nothing of the file. */
async function writtenFile(subject: OpenSource): Promise<void> {
  const { source, run } = subject;
  await run('CREATE TABLE t (id INT, v VARCHAR(10))');
  await run("INSERT INTO t VALUES (1, 'one'), (2, NULL)");
  await using frozen = await source.freeze(
    { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
    calm,
  );
  const file = newFile(subject);
  const { written } = await frozen.extract('t', undefined, { kind: 'all' }, file, calm);
  assert.equal(written === undefined, source.kind === 'duckdb');
  if (written === undefined) return;
  assert.deepEqual(written, { bytes: statSync(file).size, sha256: await sha256OfFile(file) });
}

async function existingFile(subject: OpenSource): Promise<void> {
  const { source, run } = subject;
  await run('CREATE TABLE t (id INT)');
  await using frozen = await source.freeze(
    { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
    calm,
  );
  const file = newFile(subject);
  await writeFile(file, 'precious');
  const before = await sha256OfFile(file);
  await assertFails('failed', frozen.extract('t', undefined, { kind: 'all' }, file, calm));
  assert.equal(await sha256OfFile(file), before);
}

async function cancelled(subject: OpenSource): Promise<void> {
  const { source } = subject;
  await fill(subject, 't', 20_000);
  await using frozen = await source.freeze(
    { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
    calm,
  );
  const controller = new AbortController();
  const file = newFile(subject);
  const extracting = frozen.extract('t', undefined, { kind: 'all' }, file, controller.signal);
  controller.abort();
  await assertFails('interrupted', extracting);
  assert.equal(existsSync(file), false);
  await assertFails('interrupted', frozen.extract('t', undefined, { kind: 'all' }, file, controller.signal));
  assert.equal(existsSync(file), false);
}
