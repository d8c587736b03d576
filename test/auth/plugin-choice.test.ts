import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadPluginSecret, pluginOfUnknown } from '../../src/auth/plugin-choice.ts';
import { memoryMetastore } from './memory-metastore.ts';

describe('the plugin of an unknown name', () => {
  it('is decided by a secret that is made once', async () => {
    await using metastore = await memoryMetastore();
    const [first, second] = await Promise.all([loadPluginSecret(metastore), loadPluginSecret(metastore)]);
    assert.deepEqual(first, second);
    assert.equal(first.length, 32);
  });

  it('is native for about a quarter of the names, and never without native accounts', () => {
    const secret = Buffer.alloc(32, 7);
    const names = Array.from({ length: 400 }, (_, index) => `name${index}`);
    const natives = (has: boolean): number =>
      names.filter((name) => pluginOfUnknown(name, secret, has) === 'mysql_native_password').length;
    assert.ok(natives(true) > 50 && natives(true) < 150);
    assert.equal(natives(false), 0);
  });
});
