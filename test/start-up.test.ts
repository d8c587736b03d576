import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

const startUp = path.join(import.meta.dirname, '..', 'src', 'start-up.ts');
const timeoutMs = 200_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-start-up-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the start of the process', () => {
  it('leaves what it compiled for the next one, also when it is killed', () => {
    const cache = path.join(folder, 'cache');
    const output = run(cache, `endStart(); console.log('ready'); process.kill(process.pid, 'SIGKILL');`);
    assert.equal(output, 'ready');
    assert.ok(readdirSync(cache, { recursive: true }).length > 1, 'a folder of this Node with files in it');
  });

  it('works without a folder that can be written', () => {
    const blocked = path.join(folder, 'file');
    writeFileSync(blocked, '');
    assert.equal(run(blocked, `endStart(); console.log('ready');`), 'ready');
  });

  it('keeps the young generation small, and lets it grow afterwards', () => {
    const sizes = run(
      path.join(folder, 'cache'),
      `const { getHeapSpaceStatistics } = await import('node:v8');
       const size = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
       const busy = () => {
         let kept = [];
         for (let i = 0; i < 3_000_000; i++) {
           kept.push({ i });
           if (kept.length > 100_000) kept = [];
         }
       };
       busy();
       const before = size();
       endStart();
       busy();
       console.log(before, size());`,
    );
    const [before = 0, after = 0] = sizes.split(' ').map(Number);
    // 2 MiB and 32 MiB, but a scavenge of several threads may hold pages beyond what it was given.
    assert.ok(before <= 12 * 2 ** 20, `${before} bytes while it starts`);
    assert.ok(after >= 24 * 2 ** 20, `${after} bytes when it works`);
  });

  it('lets the engine give freed memory back at once', () => {
    const engine = JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'));
    const sizes = run(
      path.join(folder, 'cache'),
      `const { DuckDBInstance } = (await import(${engine})).default;
       const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
       const connection = await instance.connect();
       await connection.run('SELECT 1');
       const { rss } = process.memoryUsage;
       const before = rss();
       await connection.run('CREATE TABLE t AS SELECT i, md5(i::VARCHAR) AS text FROM range(4_000_000) r(i)');
       const full = rss();
       await connection.run('DROP TABLE t');
       console.log(full - before, rss() - before);`,
    );
    const [held = 0, left = 0] = sizes.split(' ').map(Number);
    assert.ok(held > 100 * 2 ** 20, `a table took ${held} bytes`);
    assert.ok(left < held / 2, `${left} of ${held} bytes are left when it is dropped`);
  });
});

/** Runs code between two imports in a process of its own; what it printed. */
function run(cache: string, code: string): string {
  const module = path.join(folder, 'loaded.mjs');
  writeFileSync(module, `export const loaded = 1;\n`);
  const script = path.join(folder, 'script.mjs');
  writeFileSync(
    script,
    `import { beginStart, endStart } from ${JSON.stringify(startUp)};
     beginStart(${JSON.stringify(cache)});
     await import('./loaded.mjs');
     ${code}`,
  );
  // The tests' own cache would be in the place of the one that is given.
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  try {
    return execFileSync(process.execPath, [script], { encoding: 'utf8', timeout: timeoutMs, env }).trim();
  } catch (error) {
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL' && 'stdout' in error) {
      return String(error.stdout).trim();
    }
    throw error;
  }
}
