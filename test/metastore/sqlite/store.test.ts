import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { MetastoreError } from '../../../src/metastore/metastore.ts';
import { schemaVersion } from '../../../src/metastore/sqlite/schema.ts';
import { openSqliteStore } from '../../../src/metastore/sqlite/store.ts';
import { conformsToMetadataStore } from '../../conformance/metadata-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

conformsToMetadataStore('SQLite', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'metastore.db');
  return {
    open: async (auditRowsMax = 1_000) => openSqliteStore({ path, auditRowsMax, now: 1 }),
    close: async () => folder[Symbol.dispose](),
  };
});

const open = (path: string): AsyncDisposable => openSqliteStore({ path, auditRowsMax: 10, now: 1 });

function failsToOpen(path: string, kind: MetastoreError['kind'], text: RegExp): void {
  assert.throws(
    () => open(path),
    (error) => error instanceof MetastoreError && error.kind === kind && text.test(error.message),
  );
}

describe('the file of the SQLite metadata store', () => {
  it('can be read by its owner only, as can the files beside it', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    await using _store = open(path);
    for (const name of ['', '-wal', '-shm']) assert.equal(statSync(path + name).mode & 0o077, 0);
  });

  it('commits with the write-ahead log on the disk', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    await using _store = open(path);
    const reader = new DatabaseSync(path, { readOnly: true });
    assert.equal(reader.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
    reader.close();
  });

  it('is refused when a newer Holdfast has written it', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    await open(path)[Symbol.asyncDispose]();
    change(path, `INSERT INTO schema_version VALUES (${schemaVersion + 1}, 0)`);
    failsToOpen(path, 'newer_version', /has schema version 2; this Holdfast knows versions up to 1/);
  });

  it('is refused when it is no SQLite file', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    writeFileSync(path, 'not a database, but longer than the header of one'.repeat(100));
    failsToOpen(path, 'corrupt', /metastore\.db' is damaged or no metastore .*restore a metadata backup/);
  });

  it('is refused when another program made it', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    change(path, 'CREATE TABLE notes (text)');
    failsToOpen(path, 'corrupt', /a SQLite file of another program/);
  });

  it('is refused when a part of it is missing', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    await open(path)[Symbol.asyncDispose]();
    truncateSync(path, statSync(path).size - 4096);
    failsToOpen(path, 'corrupt', /is damaged/);
  });

  it('is refused when a page of the resources was overwritten', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    await open(path)[Symbol.asyncDispose]();
    const database = new DatabaseSync(path);
    const row = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'resource'").get();
    database.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 0x55), 0, 4096, (Number(row?.['rootpage']) - 1) * 4096);
    closeSync(file);
    failsToOpen(path, 'corrupt', /is damaged/);
  });

  it('is unavailable when its folder is missing', () => {
    using folder = temporaryFolder();
    failsToOpen(join(folder.path, 'missing', 'metastore.db'), 'unavailable', /cannot open metastore/);
  });

  it('is migrated once', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'metastore.db');
    await open(path)[Symbol.asyncDispose]();
    await open(path)[Symbol.asyncDispose]();
    const database = new DatabaseSync(path);
    const versions = database.prepare('SELECT count(*) AS count FROM schema_version').get();
    database.close();
    assert.equal(versions?.['count'], schemaVersion);
  });
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
