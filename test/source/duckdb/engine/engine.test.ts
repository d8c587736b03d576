import assert from 'node:assert/strict';
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { physicalName } from '../../../../src/source/duckdb/physical/names.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('the embedded engine', () => {
  it('keeps what was committed over a restart', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT PRIMARY KEY)', 'INSERT INTO t VALUES (1), (2)');
    await fixture.reopen();
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY a'), ['1', '2']);
  });

  it('removes what a killed process had spilled', async () => {
    await using fixture = await EngineFixture.open();
    const spilled = path.join(fixture.folder, 'temporary', 'duckdb_temp_storage_DEFAULT-0.tmp');
    await writeFile(spilled, 'rows of a temporary table');
    await fixture.reopen();
    await assert.rejects(access(spilled), { code: 'ENOENT' });
  });

  it('lets our own code write and read files of the staging folder, and no others', async () => {
    await using fixture = await EngineFixture.open();
    using connection = await fixture.engine.connect();
    const inside = path.join(fixture.engine.stagingFolder, 'a.parquet');
    await connection.run(`COPY (SELECT 42 AS a) TO '${inside}' (FORMAT parquet)`);
    assert.equal(await connection.fact(`SELECT a FROM read_parquet('${inside}')`), 42);
    const outside = path.join(fixture.folder, 'b.parquet');
    const around = path.join(fixture.engine.stagingFolder, '..', 'b.parquet');
    for (const file of [outside, around, `${fixture.engine.stagingFolder}/../b.parquet`]) {
      await assert.rejects(
        connection.run(`COPY (SELECT 42) TO '${file}' (FORMAT parquet)`),
        /Permission Error/,
      );
    }
    await assert.rejects(connection.run("SELECT * FROM read_text('/etc/hostname')"), /Permission Error/);
  });

  for (const statement of [
    'SET enable_external_access = true',
    "SET GLOBAL allowed_directories = ['/']",
    'SET lock_configuration = false',
    "ATTACH '/tmp/other.duckdb'",
    'INSTALL httpfs',
    'LOAD httpfs',
  ]) {
    it(`cannot be opened again from inside: ${statement}`, async () => {
      await using fixture = await EngineFixture.open();
      using connection = await fixture.engine.connect();
      await assert.rejects(connection.run(statement));
    });
  }

  it('gives freed memory back to the system in small pieces', async () => {
    await using fixture = await EngineFixture.open();
    using connection = await fixture.engine.connect();
    for (const name of ['allocator_flush_threshold', 'allocator_bulk_deallocation_flush_threshold']) {
      assert.equal(await connection.fact(`SELECT current_setting('${name}')`), '61.0 MiB', name);
    }
  });

  it('answers LOAD_FILE as to somebody who may read no files', async () => {
    await using fixture = await EngineFixture.open();
    const secret = path.join(fixture.engine.stagingFolder, 'secret.csv');
    await writeFile(secret, 'hunter2\n');
    assert.deepEqual(await fixture.rows(`SELECT LOAD_FILE('${secret}')`), [[null]]);
  });

  it('gives a user no way to a file', async () => {
    await using fixture = await EngineFixture.open();
    const secret = path.join(fixture.engine.stagingFolder, 'secret.csv');
    await writeFile(secret, 'password\nhunter2\n');
    const attempts = [
      `SELECT * FROM read_csv('${secret}')`,
      `SELECT * FROM read_text('${secret}')`,
      `SELECT * FROM '${secret}'`,
      `SELECT * FROM \`${secret}\``,
      `SELECT * FROM glob('*')`,
      `SELECT * FROM (SELECT * FROM read_blob('${secret}')) x`,
      `SELECT (SELECT content FROM read_text('${secret}'))`,
      `SELECT getenv('HOME')`,
      `SELECT * FROM duckdb_settings()`,
      `SELECT current_setting('temp_directory')`,
      `COPY (SELECT 1) TO '${secret}'`,
      `ATTACH '${secret}'`,
      `CREATE TABLE x AS SELECT * FROM read_csv('${secret}')`,
      `INSERT INTO t SELECT * FROM read_csv('${secret}')`,
      `CREATE VIEW v AS SELECT * FROM read_csv('${secret}')`,
      `PRAGMA database_list`,
      `SELECT * FROM __holdfast.objects`,
      `SELECT * FROM duckdb_tables`,
      `SELECT 1 INTO OUTFILE '${secret}.out'`,
    ];
    await fixture.run('CREATE TABLE t (a VARCHAR(100))');
    for (const attempt of attempts) {
      const answer = await fixture.error(attempt);
      assert.notEqual(answer, 'no error', attempt);
      assert.doesNotMatch(answer, /hunter2|Permission|LINE 1/, attempt);
    }
  });

  it('is closed when a transaction that is in the way has ended', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
    const connection = await fixture.engine.connect();
    await connection.run('BEGIN TRANSACTION');
    await connection.run(`DROP TABLE ${physicalName('shop', 't')}`);
    await fixture.session[Symbol.asyncDispose]();
    const closing = fixture.engine.close();
    await delay(50);
    await connection.run('ROLLBACK');
    connection.close();
    await closing;
    await fixture.reopen();
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1']);
  });

  it('closes twice without complaint', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.session[Symbol.asyncDispose]();
    await fixture.engine.close();
    await fixture.engine.close();
    await fixture.reopen();
  });
});
