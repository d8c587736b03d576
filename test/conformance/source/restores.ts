import assert from 'node:assert/strict';
import type { OpenSource, SourceClause } from '../source.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import { assertFails, calm, copyOf, fill, planFor, prepared, restored } from './support.ts';

const then = { database: 'then', createDatabase: true } as const;

export const restoreClauses: readonly SourceClause[] = [
  { sentence: 'nothing is seen of a restore before its commit', check: invisible },
  { sentence: 'a rolled-back restore leaves nothing, and may be prepared again', check: rolledBack },
  { sentence: 'rollback after a commit does nothing', check: rollbackAfterCommit },
  { sentence: 'a restore replaces a table that is there', check: replaces },
  { sentence: 'a restore under another name leaves the table that is there', check: alias },
  { sentence: 'a file loaded twice, one after the other or at once, counts once', check: loadedTwice },
  { sentence: 'files load side by side', check: sideBySide },
  { sentence: 'a restore goes on with what an earlier attempt has loaded', check: resumed },
  { sentence: 'a commit is known afterwards, and a second one does nothing', check: committedOnce },
  { sentence: 'a table may be sealed twice', check: sealedTwice },
  { sentence: 'a commit that nobody needs to know of any more is forgotten', check: forgotten },
  { sentence: 'a sweep drops the restores that nobody goes on with', check: swept },
  { sentence: 'keys are kept: a double is refused after the restore', check: keys },
  { sentence: 'AUTO_INCREMENT goes on where it was', check: autoIncrement },
  { sentence: 'one partition is replaced, the others stay', check: onePartition },
  { sentence: 'one partition is restored into a table that is not there', check: onePartitionOfNothing },
  { sentence: 'partitions that the snapshot does not have stay', check: localPartitionsStay },
  { sentence: 'views come back, in another database too', check: views },
  { sentence: 'a view that cannot be read is frozen as it stands, and says why', check: unreadableView },
  { sentence: 'a view in the place of a table fails with bad_replace', check: badReplace },
  {
    sentence: 'a restore into a missing database that it may not make fails with missing',
    check: missingDatabase,
  },
  { sentence: 'what a restore would do is said without doing it', check: foretold },
  { sentence: 'what a restore would refuse is said of each object', check: foretoldRefusals },
  { sentence: 'a file with wrong rows shows in the checksum', check: wrongFile },
  { sentence: 'checksums of the files and of the loaded rows agree', check: checksumOfFiles },
  { sentence: 'a commit after the database was dropped fails with missing', check: databaseDropped },
];

async function invisible(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const copy = await copyOf(subject, ['t']);
  await run('INSERT INTO t VALUES (2)');
  const before = [await source.listDatabases(calm), await source.listObjects('shop', calm)];
  await using over = await prepared(subject, copy, { database: 'shop', restoreId: '1' });
  await using beside = await prepared(subject, copy, { ...then, restoreId: '2' });
  assert.deepEqual([await source.listDatabases(calm), await source.listObjects('shop', calm)], before);
  assert.equal((await rows('SELECT * FROM t')).length, 2);
  await beside.commit(calm);
  await over.commit(calm);
  assert.equal((await rows('SELECT * FROM t')).length, 1);
  assert.equal((await rows('SELECT * FROM `then`.t')).length, 1);
}

async function foretold(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('CREATE TABLE gone (id INT)');
  await run('CREATE VIEW v AS SELECT id FROM t');
  const sale = 'CREATE TABLE sale (day INT) PARTITION BY RANGE (day)';
  await run(`${sale} (PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (20))`);
  const copy = await copyOf(subject, ['t', 'gone', 'sale', { kind: 'VIEW', name: 'v' }]);
  await run('INSERT INTO t VALUES (1)');
  await run('DROP TABLE gone');
  await run('ALTER TABLE sale ADD PARTITION (PARTITION p3 VALUES LESS THAN (30))');
  await run('CREATE TABLE extra (id INT)');
  const plan = { ...planFor(copy, { database: 'shop' }), options: ['clean_tables'] as const };
  assert.deepEqual(await source.previewRestore(plan, calm), [
    { kind: 'TABLE', target: 't', action: 'replace' },
    { kind: 'TABLE', target: 'gone', action: 'create' },
    { kind: 'TABLE', target: 'sale', action: 'replace_partitions', partitions: ['p1', 'p2'] },
    { kind: 'VIEW', target: 'v', action: 'replace' },
    { kind: 'TABLE', target: 'extra', action: 'drop' },
  ]);
  const beside = await source.previewRestore(planFor(copy, then), calm);
  assert.deepEqual(
    beside.map(({ action }) => action),
    ['create', 'create', 'create', 'create'],
  );
  assert.deepEqual(await rows('SELECT * FROM t'), [[1]]);
  assert.equal(await source.listObjects('then', calm), undefined);
  assert.equal((await source.listObjects('shop', calm))?.length, 4);
}

async function foretoldRefusals(subject: OpenSource): Promise<void> {
  const { source, run } = subject;
  for (const name of ['t', 'u', 'calm']) await run(`CREATE TABLE ${name} (id INT)`);
  const copy = await copyOf(subject, ['t', 'u', 'calm']);
  await run('ALTER TABLE t ADD COLUMN more INT');
  await run('DROP TABLE u');
  await run('CREATE VIEW u AS SELECT id FROM calm');
  const [different, view, ...others] = await source.previewRestore(planFor(copy, { database: 'shop' }), calm);
  assert.equal(different?.action, 'refuse');
  assert.match(different.note ?? '', /^Table t already exist but with different schema/);
  assert.equal(view?.action, 'refuse');
  assert.match(view.note ?? '', /^Table: u has existed and it is not a Table$/);
  assert.deepEqual(others, [{ kind: 'TABLE', target: 'calm', action: 'replace' }]);
  const [forced] = await source.previewRestore(
    { ...planFor(copy, { database: 'shop' }), options: ['force_replace'] },
    calm,
  );
  assert.equal(forced?.action, 'replace');
}

async function rolledBack(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const copy = await copyOf(subject, ['t']);
  const restoring = await prepared(subject, copy, then);
  await restoring.rollback(calm);
  await restoring.rollback(calm);
  assert.equal(await source.listObjects('then', calm), undefined);
  await assertFails('missing', restoring.commit(calm));
  await restored(subject, copy, then);
  assert.deepEqual(await rows('SELECT * FROM `then`.t'), [[1]]);
}

async function rollbackAfterCommit(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const restoring = await prepared(subject, await copyOf(subject, ['t']), then);
  await restoring.commit(calm);
  await restoring.rollback(calm);
  assert.equal(await restoring.isCommitted(calm), true);
  assert.deepEqual(await rows('SELECT * FROM `then`.t'), [[1]]);
}

async function replaces(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10))');
  await run("INSERT INTO t VALUES (1, 'old'), (2, 'old')");
  const copy = await copyOf(subject, ['t']);
  await run("UPDATE t SET v = 'new'");
  await run("INSERT INTO t VALUES (3, 'new')");
  await restored(subject, copy, { database: 'shop' });
  assert.deepEqual(await rows('SELECT * FROM t ORDER BY id'), [
    [1, 'old'],
    [2, 'old'],
  ]);
}

async function alias(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const copy = await copyOf(subject, ['t']);
  await run('DELETE FROM t');
  await restored(subject, copy, { database: 'shop', aliases: { t: 'u' } });
  assert.deepEqual([await rows('SELECT * FROM t'), await rows('SELECT * FROM u')], [[], [[1]]]);
}

async function loadedTwice(subject: OpenSource): Promise<void> {
  const { run } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1), (2)');
  const copy = await copyOf(subject, ['t']);
  const file = copy.tables[0]?.files[0]?.path ?? '';
  await using restoring = await prepared(subject, copy, then);
  await Promise.all([1, 2, 3].map(() => restoring.load('t', undefined, file, file, calm)));
  await Promise.all([1, 2, 3].map(() => restoring.load('t', undefined, 'once more', file, calm)));
  const counted = async (): Promise<number> =>
    (await restoring.checksum('t', copy.tables[0]?.checksum.algorithm ?? '', calm)).rows;
  assert.equal(await counted(), 4);
  if (restoring.loadTogether === undefined) return;
  const both = [file, 'third'].map((blob) => ({ partition: undefined, blob, path: file }));
  await Promise.all([1, 2].map(() => restoring.loadTogether?.('t', both, calm)));
  assert.equal(await counted(), 6);
  const lost = { partition: undefined, blob: 'lost', path: `${file}.lost` };
  const fresh = { partition: undefined, blob: 'fresh', path: file };
  await assert.rejects(async () => restoring.loadTogether?.('t', [fresh, lost], calm), SourceError);
  assert.equal(await counted(), 6);
}

async function sideBySide(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await fill(subject, 'filled', 4000);
  // Without a key, so that the same file can be loaded several times.
  await run('CREATE TABLE t (id INT NOT NULL, name VARCHAR(40))');
  await run('INSERT INTO t SELECT * FROM filled');
  const copy = await copyOf(subject, ['t']);
  const restoring = await subject.source.openRestore('1', 'then', calm);
  await restoring.prepare(planFor(copy, then), calm);
  const file = copy.tables[0]?.files[0]?.path ?? '';
  await Promise.all([1, 2, 3, 4].map((each) => restoring.load('t', undefined, `blob ${each}`, file, calm)));
  await restoring.seal('t', calm);
  await restoring.commit(calm);
  const counted = await rows('SELECT count(*) = 16000, count(DISTINCT id) = 4000 FROM `then`.t');
  assert.deepEqual(counted.flat().map(Number), [1, 1]);
}

async function resumed(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const copy = await copyOf(subject, ['t']);
  const first = await prepared(subject, copy, then);
  await first[Symbol.asyncDispose]();
  await using second = await source.openRestore('1', 'then', calm);
  assert.equal(await second.isCommitted(calm), false);
  const file = copy.tables[0]?.files[0]?.path ?? '';
  await second.load('t', undefined, file, file, calm);
  await second.commit(calm);
  assert.deepEqual(await rows('SELECT * FROM `then`.t'), [[1]]);
}

async function committedOnce(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const restoring = await prepared(subject, await copyOf(subject, ['t']), then);
  assert.equal(await restoring.isCommitted(calm), false);
  await restoring.commit(calm);
  assert.equal(await restoring.isCommitted(calm), true);
  await run('INSERT INTO `then`.t VALUES (2)');
  await using again = await source.openRestore('1', 'then', calm);
  assert.equal(await again.isCommitted(calm), true);
  await again.commit(calm);
  assert.equal((await rows('SELECT * FROM `then`.t')).length, 2);
}

async function sealedTwice(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await run('CREATE TABLE t (id INT PRIMARY KEY, v INT, KEY v (v))');
  await run('INSERT INTO t VALUES (1, 2)');
  await using restoring = await prepared(subject, await copyOf(subject, ['t']), then);
  await restoring.seal('t', calm);
  await restoring.commit(calm);
  assert.deepEqual(await rows('SELECT * FROM `then`.t WHERE v = 2'), [[1, 2]]);
}

async function forgotten(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const restoring = await prepared(subject, await copyOf(subject, ['t']), then);
  await restoring.forget(calm);
  await restoring.commit(calm);
  await restoring.forget(calm);
  await restoring.forget(calm);
  await using again = await source.openRestore('1', 'then', calm);
  assert.equal(await again.isCommitted(calm), false);
  await again.rollback(calm);
  assert.deepEqual(await rows('SELECT * FROM `then`.t'), [[1]]);
}

async function swept(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('INSERT INTO t VALUES (1)');
  const copy = await copyOf(subject, ['t']);
  await using live = await prepared(subject, copy, {
    database: 'lives',
    createDatabase: true,
    restoreId: '1',
  });
  await using dead = await prepared(subject, copy, { ...then, restoreId: '2' });
  await source.sweepRestores(new Set(['1']), calm);
  await live.commit(calm);
  assert.deepEqual(await rows('SELECT * FROM lives.t'), [[1]]);
  await using reopened = await source.openRestore('2', 'then', calm);
  await assertFails('missing', reopened.commit(calm));
  await dead[Symbol.asyncDispose]();
}

async function keys(subject: OpenSource): Promise<void> {
  const { run } = subject;
  await run('CREATE TABLE t (id INT PRIMARY KEY, u INT, UNIQUE KEY only_once (u))');
  await run('INSERT INTO t VALUES (1, 10)');
  await restored(subject, await copyOf(subject, ['t']), then);
  await assert.rejects(Promise.resolve(run('INSERT INTO `then`.t VALUES (1, 11)')), /Duplicate entry/);
  await assert.rejects(Promise.resolve(run('INSERT INTO `then`.t VALUES (2, 10)')), /Duplicate entry/);
}

async function autoIncrement(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await run('CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)');
  await run('INSERT INTO t (v) VALUES (1), (2), (3)');
  await run('DELETE FROM t WHERE id = 3');
  await restored(subject, await copyOf(subject, ['t']), then);
  await run('INSERT INTO `then`.t (v) VALUES (4)');
  assert.deepEqual(await rows('SELECT id FROM `then`.t ORDER BY id'), [[1], [2], [4]]);
}

const partitioned =
  'CREATE TABLE p (d INT, v VARCHAR(10)) PARTITION BY RANGE (d) ' +
  '(PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20))';

async function onePartition(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  await run(partitioned);
  await run("INSERT INTO p VALUES (1, 'old'), (11, 'old')");
  const copy = await copyOf(subject, ['p']);
  await run("UPDATE p SET v = 'new'");
  await run("INSERT INTO p VALUES (12, 'new')");
  await restored(subject, copy, { database: 'shop', partitions: ['high'] });
  assert.deepEqual(await rows('SELECT * FROM p ORDER BY d'), [
    [1, 'new'],
    [11, 'old'],
  ]);
}

async function onePartitionOfNothing(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run(partitioned);
  await run("INSERT INTO p VALUES (1, 'a'), (11, 'b')");
  await restored(subject, await copyOf(subject, ['p']), { ...then, partitions: ['high'] });
  assert.deepEqual(await rows('SELECT * FROM `then`.p'), [[11, 'b']]);
  assert.deepEqual(await source.listPartitions('then', 'p', calm), ['high']);
}

async function localPartitionsStay(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run(partitioned);
  await run("INSERT INTO p VALUES (1, 'old')");
  const copy = await copyOf(subject, ['p']);
  await run('ALTER TABLE p ADD PARTITION (PARTITION higher VALUES LESS THAN (30))');
  await run("INSERT INTO p VALUES (2, 'new'), (21, 'new')");
  await restored(subject, copy, { database: 'shop' });
  assert.deepEqual(await rows('SELECT * FROM p ORDER BY d'), [
    [1, 'old'],
    [21, 'new'],
  ]);
  assert.deepEqual(await source.listPartitions('shop', 'p', calm), ['low', 'high', 'higher']);
}

async function views(subject: OpenSource): Promise<void> {
  const { source, run, rows } = subject;
  await run('CREATE TABLE t (id INT, shop INT)');
  await run('INSERT INTO t VALUES (1, 5), (2, 6)');
  await run('CREATE VIEW v AS SELECT shop.id, shop.shop FROM shop.t AS shop WHERE shop.id > 1');
  await run("CREATE VIEW w AS SELECT id AS n, 'shop.t */ stays' AS text FROM v");
  const copy = await copyOf(subject, ['t', { kind: 'VIEW', name: 'v' }, { kind: 'VIEW', name: 'w' }]);
  const dependsOn = copy.others.flatMap((object) => (object.kind === 'TABLE' ? [] : [object.dependsOn]));
  assert.deepEqual(dependsOn, [['t'], ['v']]);
  await run('DROP VIEW v');
  await restored(subject, copy, then);
  await run('DELETE FROM t');
  assert.deepEqual(await rows('SELECT * FROM `then`.v'), [[2, 6]]);
  assert.deepEqual(await rows('SELECT * FROM `then`.w'), [[2, 'shop.t */ stays']]);
  await restored(subject, { ...copy, tables: [] }, { database: 'shop', restoreId: '2' });
  await run('INSERT INTO t VALUES (3, 7)');
  assert.deepEqual(await rows('SELECT * FROM v'), [[3, 7]]);
  assert.equal(
    (await source.listObjects('shop', calm))?.filter((object) => object.kind === 'VIEW').length,
    2,
  );
}

async function unreadableView({ source, run }: OpenSource): Promise<void> {
  await run('CREATE TABLE t (id INT)');
  await run('CREATE TABLE u (id INT)');
  await run('CREATE VIEW fine AS SELECT id FROM u');
  await run('CREATE VIEW lost AS SELECT id FROM t');
  await run('DROP TABLE t');
  const objects = ['fine', 'lost'].map((name) => ({ kind: 'VIEW' as const, name }));
  await using frozen = await source.freeze({ database: 'shop', objects }, calm);
  const [fine, lost] = frozen.objects;
  assert(fine?.kind === 'VIEW' && lost?.kind === 'VIEW');
  assert.equal(fine.unreadable, undefined);
  assert.match(lost.unreadable ?? '', /shop\.(?:t|lost)'/);
  assert.match(lost.ddl, /lost/);
}

async function badReplace(subject: OpenSource): Promise<void> {
  const { run, source } = subject;
  await run('CREATE TABLE t (id INT)');
  await run('CREATE VIEW v AS SELECT id FROM t');
  const copy = await copyOf(subject, ['t', { kind: 'VIEW', name: 'v' }]);
  await using restoring = await source.openRestore('1', 'shop', calm);
  const swapped = planFor(copy, { database: 'shop', aliases: { t: 'v', v: 'w' } });
  await assertFails('bad_replace', restoring.prepare(swapped, calm));
  const other = planFor({ ...copy, tables: [] }, { database: 'shop', aliases: { v: 't' } });
  await assertFails('bad_replace', restoring.prepare(other, calm));
}

async function missingDatabase(subject: OpenSource): Promise<void> {
  const { run, source } = subject;
  await run('CREATE TABLE t (id INT)');
  const copy = await copyOf(subject, ['t']);
  await using restoring = await source.openRestore('1', 'nowhere', calm);
  await assertFails('missing', restoring.prepare(planFor(copy, { database: 'nowhere' }), calm));
}

async function wrongFile(subject: OpenSource): Promise<void> {
  const { run, source } = subject;
  await run('CREATE TABLE t (id INT, v VARCHAR(5))');
  await run("INSERT INTO t VALUES (1, 'a')");
  const good = await copyOf(subject, ['t']);
  await run("UPDATE t SET v = 'b'");
  const bad = await copyOf(subject, ['t']);
  await using restoring = await source.openRestore('1', 'then', calm);
  await restoring.prepare(planFor(good, then), calm);
  await restoring.load('t', undefined, 'blob', bad.tables[0]?.files[0]?.path ?? '', calm);
  const expected = good.tables[0]?.checksum;
  const actual = await restoring.checksum('t', expected?.algorithm ?? '', calm);
  assert.equal(actual.rows, expected?.rows);
  assert.notEqual(actual.value, expected?.value);
}

async function checksumOfFiles(subject: OpenSource): Promise<void> {
  const { run } = subject;
  await run("CREATE TABLE t (id INT, e ENUM('x','y'), d TIME(6), h BIGINT UNSIGNED, j JSON)");
  await run(
    `INSERT INTO t VALUES (1, 'y', '99:00:00.5', 18446744073709551615, '{"a": 1}'), (2, NULL, '01:00:00', 0, NULL)`,
  );
  const copy = await copyOf(subject, ['t']);
  await using restoring = await prepared(subject, copy, then);
  const paths = copy.tables[0]?.files.map((file) => file.path) ?? [];
  assert.deepEqual(await restoring.checksumOfFiles('t', paths, calm), copy.tables[0]?.checksum);
}

async function databaseDropped(subject: OpenSource): Promise<void> {
  const { run } = subject;
  await run('CREATE DATABASE target');
  await run('CREATE TABLE t (id INT)');
  await using restoring = await prepared(subject, await copyOf(subject, ['t']), { database: 'target' });
  await run('DROP DATABASE target');
  await assertFails('missing', restoring.commit(calm));
  await restoring.rollback(calm);
}
