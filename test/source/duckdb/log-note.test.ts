import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LogNote, missingLogBytes, noteOf } from '../../../src/source/duckdb/log-note.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

describe('the note on the log of the engine', () => {
  let folder: TemporaryFolder;
  let file: string;
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  let note: LogNote;

  beforeEach(async () => {
    folder = await temporaryFolder();
    file = path.join(folder.path, 'e.duckdb');
    instance = await DuckDBInstance.create(file, { checkpoint_threshold: '1GB' });
    connection = await instance.connect();
    note = new LogNote(file);
  });
  afterEach(async () => {
    note[Symbol.dispose]();
    connection.closeSync();
    instance.closeSync();
    await folder[Symbol.asyncDispose]();
  });

  async function commit(sql: string): Promise<void> {
    await connection.run(sql);
    note.committed();
  }

  it('misses nothing while the log is there', async () => {
    await commit('CREATE TABLE t AS SELECT 1 AS a');
    assert.equal(missingLogBytes(file), 0);
  });

  it('misses what stood in a log that was removed, also after more was committed into it', async () => {
    await commit('CREATE TABLE t AS SELECT 1 AS a');
    rmSync(`${file}.wal`);
    const missing = missingLogBytes(file);
    assert.ok(missing > 0);
    await commit('INSERT INTO t VALUES (2)');
    assert.equal(missingLogBytes(file), missing);
  });

  it('misses nothing when a checkpoint has folded the log, whoever made it', async () => {
    await commit('CREATE TABLE t AS SELECT 1 AS a');
    await connection.run('CHECKPOINT');
    assert.equal(missingLogBytes(file), 0);
    await commit('INSERT INTO t VALUES (2)');
    rmSync(`${file}.wal`);
    assert.ok(missingLogBytes(file) > 0);
    await connection.run('CHECKPOINT');
    assert.equal(missingLogBytes(file), 0);
  });

  it('misses nothing where there is no note', async () => {
    await commit('CREATE TABLE t AS SELECT 1 AS a');
    rmSync(noteOf(file));
    rmSync(`${file}.wal`);
    assert.equal(missingLogBytes(file), 0);
  });
});
