import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runProgram } from '../support/clients.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Some seconds on a machine at rest. */
const demoTimeoutMs = 200_000;

describe('the demo as a process', () => {
  it('ends with code 0, names every step, and leaves nothing behind', async () => {
    await using folder = await temporaryFolder();
    const environment = { TMPDIR: folder.path };
    const { exitCode, stdout, stderr } = await runProgram(
      process.execPath,
      ['src/main.ts', 'demo', '--exit', '--listen', '127.0.0.1:0'],
      { environment, timeoutMs: demoTimeoutMs },
    );
    assert.deepEqual([exitCode, stderr], [0, '']);
    const steps = [
      /^1\. A repository/m,
      /^2\. A database/m,
      /^3\. The backup/m,
      /^4\. The accident/m,
      /^ERROR 1146 \(42S02\)|^ERROR 1049 \(42000\)/m,
      /^5\. The restore/m,
      /^6\. Every row/m,
    ];
    let from = 0;
    for (const step of steps) {
      const at = stdout.slice(from).search(step);
      assert.ok(at >= 0, `${step} is missing behind:\n${stdout.slice(0, from)}`);
      from += at;
    }
    assert.match(stdout, /\| order_line +\| 150000 +\| 150000 +\|/);
    assert.doesNotMatch(stdout, /DIFFERENT/);
    assert.deepEqual(readdirSync(folder.path), []);
  });
});
