import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import type { Config } from '../../src/config/config.ts';
import { parseArguments } from '../../src/config/load.ts';
import { RuntimeSettings } from '../../src/config/runtime-settings.ts';
import { type MemoryDisk, MemoryStore, memoryDisk } from '../../src/metastore/memory-store.ts';
import { startMetastore } from '../../src/metastore/stored-metastore.ts';

async function open(disk: MemoryDisk = memoryDisk()): Promise<RuntimeSettings> {
  const options = { instance: 'node:9030', clock: systemClock, log: silentLog };
  return new RuntimeSettings(await startMetastore(new MemoryStore(disk), options), configOf());
}

function configOf(): Config {
  const environment = { HOLDFAST_UPLOAD_WORKER_COUNT: '3', HOLDFAST_ROOT_PASSWORD: 'geheim' };
  const command = parseArguments(['serve', '--allowed-file-paths', '/a:/b'], environment);
  assert.ok(command.kind === 'serve');
  return command.config;
}

const fails = (kind: SqlErrorKind, text: RegExp, work: Promise<unknown>): Promise<void> =>
  assert.rejects(
    work,
    (error) =>
      error instanceof SqlError && error.kind === kind && text.test(`${error.message} ${error.hint}`),
  );

const assign = (...pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> =>
  new Map(pairs);

describe('a setting', () => {
  it('is what the configuration says until it is set, and then lasts', async () => {
    const disk = memoryDisk();
    const settings = await open(disk);
    assert.equal(settings.get('upload_worker_count'), 3);
    await settings.set(assign(['upload_worker_count', ' 8 ']), 'root');
    assert.equal(settings.get('upload_worker_count'), 8);
    assert.equal((await open(disk)).get('upload_worker_count'), 8);
    assert.deepEqual([...disk.resources.keys()], ['/_global/setting/upload_worker_count']);
    assert.equal(disk.audit[0]?.operator, 'root');
  });

  it('may be a switch, which is shown and set as true or false', async () => {
    const settings = await open();
    const name = 'enable_backup_materialized_view';
    assert.equal(settings.isOn(name), true);
    await settings.set(assign([name, 'false']), 'root');
    assert.equal(settings.isOn(name), false);
    const row = settings.rows().find(({ key }) => key === name);
    assert.deepEqual([row?.value, row?.type], ['false', 'boolean']);
    await fails('wrong_variable_value', /true or false/, settings.set(assign([name, 'perhaps']), 'root'));
  });

  it('may be set by a name that another server gives it', async () => {
    const settings = await open();
    await settings.set(assign(['max_backup_restore_job_num_per_db', '4']), 'root');
    assert.equal(settings.get('history_jobs_max'), 4);
  });

  it('that is wrong leaves all others of the statement unset', async () => {
    const settings = await open();
    const wrong = assign(['history_jobs_max', '5'], ['upload_worker_count', '65']);
    await fails(
      'wrong_variable_value',
      /Config 'upload_worker_count' cannot be '65': it must be a whole number from 0 to 64/,
      settings.set(wrong, 'root'),
    );
    assert.equal(settings.get('history_jobs_max'), 10);
  });

  it('that nobody knows is refused with the nearest name', async () => {
    const settings = await open();
    const write = settings.set(assign(['upload_workers_count', '1']), 'root');
    await fails(
      'analysis',
      /Config 'upload_workers_count' does not exist Did you mean 'upload_worker_count'\?/,
      write,
    );
  });

  it('that is fixed while the server runs is refused', async () => {
    const settings = await open();
    await fails(
      'read_only_variable',
      /Config 'listen' is not mutable/,
      settings.set(assign(['listen', 'x:1']), 'root'),
    );
  });

  it('is brought back into a range that has become narrower', async () => {
    const disk = memoryDisk();
    const key = '/_global/setting/upload_worker_count';
    disk.resources.set(key, { key, content: '{"value":1000}', mvcc: 0, modifiedAt: 0 });
    assert.equal((await open(disk)).get('upload_worker_count'), 64);
  });
});

describe('the rows of ADMIN SHOW FRONTEND CONFIG', () => {
  it('have everything in order of keys, without secrets', async () => {
    const settings = await open();
    await settings.set(assign(['max_upload_speed_kbps', '50000']), 'root');
    const rows = settings.rows();
    const keys = rows.map(({ key }) => key);
    assert.deepEqual(keys, keys.toSorted());
    const row = (key: string): unknown => rows.find((candidate) => candidate.key === key);
    assert.deepEqual(row('max_upload_speed_kbps'), {
      key: 'max_upload_speed_kbps',
      aliasNames: '[]',
      value: '50000',
      type: 'long',
      isMutable: 'true',
      comment: 'Kilobytes per second that all uploads to a repository may take together; 0 for no limit',
    });
    const values = Object.fromEntries(rows.map(({ key, value, type }) => [key, `${type} ${value}`]));
    assert.equal(values['listen'], 'String 127.0.0.1:9030');
    assert.equal(values['require_secure_transport'], 'boolean false');
    assert.equal(values['allowed_file_paths'], 'String /a:/b');
    assert.equal(values['root_password'], 'String ***');
    assert.equal(values['metastore'], 'String ');
  });
});
