import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { it } from 'node:test';
import { parseArguments } from '../../src/config/load.ts';
import { demoConfig, demoFolder } from '../../src/demo/folder.ts';

it('the demo keeps to a folder of its own, which goes with it', async () => {
  const command = parseArguments(['demo', '--exit'], {});
  assert.ok(command.kind === 'demo');
  let seen: string;
  {
    await using folder = await demoFolder();
    seen = folder.path;
    assert.ok(existsSync(seen));
    const { data, listen } = demoConfig(command.config, folder.path);
    assert.ok(data.startsWith(seen));
    assert.deepEqual(listen, command.config.listen);
  }
  assert.ok(!existsSync(seen));
});
