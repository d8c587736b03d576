import assert from 'node:assert/strict';
import { chmod, open, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Config } from '../../src/config/config.ts';
import { parseArguments } from '../../src/config/load.ts';
import { printFinding } from '../../src/doctor/finding.ts';
import { checkMachine } from '../../src/doctor/machine.ts';
import { openMetastore } from '../../src/metastore/open-metastore.ts';
import { openSecrets } from '../../src/metastore/secret-key.ts';
import { SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
let config: Config;
beforeEach(async () => {
  folder = await temporaryFolder();
  const command = parseArguments(['doctor', '--data', path.join(folder.path, 'data')], {});
  assert.ok(command.kind === 'doctor');
  config = command.config;
});
afterEach(async () => folder[Symbol.asyncDispose]());

async function look(isRunning = false): Promise<string> {
  return (await Array.fromAsync(checkMachine(config, isRunning), printFinding)).join('\n');
}

/** What a server leaves that has been stopped. */
async function makeData(): Promise<string> {
  const { data: dataFolder } = config;
  await using metastore = await openMetastore({
    dataFolder,
    instance: 'test',
    clock: systemClock,
    log: silentLog,
  });
  await metastore.write({ project: '_global', operator: 'test' }, (sandbox) => {
    for (let at = 0; at < 2_000; at++) sandbox.put(`/_global/setting/${at}`, { text: 'x'.repeat(100) });
  });
  openSecrets(dataFolder, undefined);
  return path.join(dataFolder, 'metastore.db');
}

describe('the doctor’s look at a machine', () => {
  it('finds the key of another metastore by the credentials that it does not open', async () => {
    const { data: dataFolder } = config;
    await makeData();
    {
      await using metastore = await openMetastore({
        dataFolder,
        instance: 'test',
        clock: systemClock,
        log: silentLog,
      });
      const sealed = openSecrets(dataFolder, undefined).seal(new Secret('pw'));
      await metastore.write({ project: '_global', operator: 'test' }, (sandbox) => {
        sandbox.put('/_global/catalog/c', { user: 'u', password: sealed });
      });
    }
    assert.doesNotMatch(await look(), /^fail/m);
    await writeFile(path.join(dataFolder, 'secret.key'), `${'ab'.repeat(32)}\n`);
    assert.match(
      await look(),
      /^fail {2}key: 1 of 1 credentials in the metastore were sealed with another key: put that key back$/m,
    );
  });

  it('takes a folder that is not there for one of a server that has never run', async () => {
    assert.match(
      await look(),
      /^warn {2}data folder: '.*' is not there: the server makes it at its first start$/,
    );
  });

  it('misses what was there when the server had started', async () => {
    const metastore = await makeData();
    await writeFile(path.join(config.data, 'initialised'), '');
    for (const file of [metastore, path.join(config.data, 'secret.key')]) await rm(file);
    const text = await look(true);
    assert.match(text, /^fail {2}key: '.*secret\.key' is gone, though the folder was in use: /m);
    assert.match(text, /^fail {2}metastore: '.*metastore\.db' is gone, though the folder was in use: /m);
  });

  it('finds all in order behind a server that was stopped', async () => {
    await makeData();
    const text = await look();
    assert.match(text, /^ok {4}data folder: /m);
    assert.match(text, /^ok {4}metastore: '.*' is whole, with 2000 resources$/m);
    assert.match(text, /^ok {4}key: /m);
    assert.match(text, /^(?:ok {2}|warn) {2}disk: [\d.]+ GiB of [\d.]+ GiB free$/m);
  });

  it('sees who else may read the folder and the key', async () => {
    await makeData();
    await chmod(config.data, 0o750);
    await chmod(path.join(config.data, 'secret.key'), 0o640);
    const text = await look();
    assert.match(text, /^warn {2}data folder: '.*' has mode 0750, .* run chmod 700 on it$/m);
    assert.match(text, /^fail {2}key: '.*' has mode 0640, .* run chmod 600 on it$/m);
  });

  it('sees a metastore that was cut', async () => {
    const file = await makeData();
    await truncate(file, 20_000);
    assert.match(await look(), /^fail {2}metastore: '.*' (?:is damaged|cannot be read): /m);
  });

  it('sees a metastore that has lost changes with its log', async () => {
    const file = await makeData();
    await writeFile(`${file}-note`, '1000000'.padEnd(63).concat('\n'));
    assert.match(await look(), /^fail {2}metastore: '.*' cannot be read: .* lacks its last \d+ changes/m);
  });

  it('sees a metastore with a page of nonsense', async () => {
    const file = await makeData();
    await using handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(4_096, 0x5a), 0, 4_096, 8 * 4_096);
    assert.match(await look(), /^fail {2}metastore: '.*' (?:is damaged|cannot be read): /m);
  });

  it('leaves the file of a running server alone', async () => {
    await makeData();
    assert.match(await look(true), /^ok {4}metastore: '.*' is open in the running server$/m);
  });

  it('sees that the clock was set back', async () => {
    const file = await makeData();
    const tomorrow = new Date(Date.now() + 86_400_000);
    await utimes(file, tomorrow, tomorrow);
    assert.match(await look(), /^warn {2}clock: .* which is to come: the clock has been set back$/m);
  });

  it('sees a full disk', { skip: whyNoSmallDisk() }, async () => {
    using disk = SmallDisk.mount(config.data, 256 * 1024);
    await using filler = await open(path.join(disk.path, 'filler'), 'w');
    await filler.write(Buffer.alloc(256 * 1024 - 8_192));
    await filler.write(Buffer.alloc(8_192)).catch(() => undefined);
    assert.match(
      await look(),
      /^fail {2}disk: 0\.0 GiB of 0\.0 GiB free: jobs will fail; make room, or see /m,
    );
  });
});
