import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { parseArguments } from '../../src/config/load.ts';
import { demoConfig, demoFolder } from '../../src/demo/folder.ts';

function configWith(environment: Readonly<Record<string, string>>): Config {
  const command = parseArguments(['demo'], environment);
  assert.ok(command.kind === 'demo');
  return command.config;
}

describe('the folder of a demo', () => {
  it('is its own, and is removed with all that is in it', async () => {
    const paths: string[] = [];
    {
      await using one = await demoFolder();
      await using other = await demoFolder();
      paths.push(one.path, other.path);
      await writeFile(path.join(one.path, 'file'), 'x');
      assert.ok(paths.every((folder) => existsSync(folder)));
    }
    assert.equal(new Set(paths).size, 2);
    assert.ok(!paths.some((folder) => existsSync(folder)));
  });
});

describe('the configuration of a demo', () => {
  it('touches no data of the user’s, and is quiet', () => {
    const config = demoConfig(
      configWith({ HOLDFAST_DATA: '/precious', HOLDFAST_LOG_LEVEL: 'debug' }),
      '/demo',
    );
    assert.equal(config.data, path.join('/demo', 'data'));
    assert.equal(config.logLevel, 'warn');
  });

  it('drops what would keep the demo from its repository or from its server', () => {
    const environment = {
      HOLDFAST_REQUIRE_SECURE_TRANSPORT: 'true',
      HOLDFAST_ALLOWED_FILE_PATHS: '/backups',
    };
    const given = configWith(environment);
    assert.deepEqual([given.requireSecureTransport, given.allowedFilePaths], [true, ['/backups']]);
    const config = demoConfig(given, '/demo');
    assert.deepEqual([config.requireSecureTransport, config.allowedFilePaths], [false, []]);
  });

  it('keeps the rest, where to listen and the password of root among it', () => {
    const given = configWith({ HOLDFAST_LISTEN: '127.0.0.1:9031', HOLDFAST_ROOT_PASSWORD: 'long enough 1' });
    const { listen, rootPassword, settings } = demoConfig(given, '/demo');
    assert.deepEqual([listen, rootPassword, settings], [given.listen, given.rootPassword, given.settings]);
  });
});
