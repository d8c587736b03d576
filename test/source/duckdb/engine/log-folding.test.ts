import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { type Log, silentLog } from '../../../../src/base/log.ts';
import { LogFolding } from '../../../../src/source/duckdb/engine/log-folding.ts';
import { EngineFixture } from '../engine-fixture.ts';

/** Some 100 KB of log. */
const someRows = "INSERT INTO t SELECT repeat('x', 1000) FROM (SELECT * FROM t LIMIT 100) AS some";
const logBytesMax = 64 * 1024;

type World = Readonly<{
  fixture: EngineFixture;
  folding: LogFolding;
  warnings: string[];
  logBytes: () => number;
}>;

async function open(connect?: () => never): Promise<World & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const fixture = stack.use(await EngineFixture.open());
  const file = path.join(fixture.folder, 'holdfast.duckdb.wal');
  const folding = stack.use(
    new LogFolding({ file, connect: connect ?? (() => fixture.engine.connect()), logBytesMax }),
  );
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (event) => warnings.push(event) };
  await fixture.run('CREATE TABLE t (a TEXT)');
  await fixture.run(`INSERT INTO t VALUES ${Array.from({ length: 100 }, () => "('')").join(', ')}`);
  using connection = await fixture.engine.connect();
  await connection.run('CHECKPOINT');
  await fixture.run("INSERT INTO t VALUES ('')");
  folding.start(log);
  const logBytes = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const owned = stack.move();
  return { fixture, folding, warnings, logBytes, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe('the log of the embedded engine', () => {
  it('is folded into the file behind the commit that has filled it', async () => {
    await using world = await open();
    await world.fixture.run(someRows);
    assert.ok(world.logBytes() > logBytesMax, 'the commit itself does not fold');
    world.folding.committed();
    await world.folding.settled();
    assert.ok(world.logBytes() < logBytesMax);
    assert.deepEqual(await world.fixture.lines('SELECT COUNT(*) FROM t'), ['201']);
    assert.deepEqual(world.warnings, []);
  });

  it('stays as it is while it is small', async () => {
    await using world = await open();
    const before = world.logBytes();
    assert.ok(before > 0);
    world.folding.committed();
    await world.folding.settled();
    assert.equal(world.logBytes(), before);
  });

  it('waits for a transaction that changes rows, and is folded after the next commit', async () => {
    await using world = await open();
    using writer = await world.fixture.engine.connect();
    await writer.run('BEGIN TRANSACTION');
    await writer.run(`UPDATE "db:shop".t SET a = 'open' WHERE rowid = 0`);
    await world.fixture.run(someRows);
    world.folding.committed();
    await world.folding.settled();
    assert.ok(world.logBytes() > logBytesMax);
    assert.deepEqual(world.warnings, [], 'that is no failure');
    await writer.run('COMMIT');
    world.folding.committed();
    await world.folding.settled();
    assert.ok(world.logBytes() < logBytesMax);
    assert.deepEqual(await world.fixture.lines('SELECT COUNT(*) FROM t'), ['201']);
  });

  it('has a failure told to the operator', async () => {
    await using world = await open(() => {
      throw new Error('no connection');
    });
    await world.fixture.run(someRows);
    world.folding.committed();
    await world.folding.settled();
    assert.deepEqual(world.warnings, ['log_not_folded']);
  });

  it('is left alone once the engine closes', async () => {
    await using world = await open();
    await world.folding[Symbol.asyncDispose]();
    await world.fixture.run(someRows);
    world.folding.committed();
    await world.folding.settled();
    assert.ok(world.logBytes() > logBytesMax);
  });

  it('is looked after by a server: whatever a session commits', async () => {
    await using fixture = await EngineFixture.open();
    fixture.engine.logFolding.start(silentLog);
    await fixture.run('CREATE TABLE t (a LONGTEXT)');
    await fixture.run("INSERT INTO t VALUES (repeat('x', 1000000))");
    for (let doubled = 0; doubled < 6; doubled++) await fixture.run('INSERT INTO t SELECT a FROM t');
    await fixture.engine.logFolding.settled();
    const { size } = statSync(path.join(fixture.folder, 'holdfast.duckdb.wal'), {
      throwIfNoEntry: false,
    }) ?? { size: 0 };
    assert.ok(size < 32_000_000, `${size}`);
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM t'), ['64']);
  });
});
