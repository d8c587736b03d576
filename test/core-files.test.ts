import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { silentLog } from '../src/base/log.ts';
import { keepMemoryOutOfCores } from '../src/core-files.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const module = path.join(import.meta.dirname, '..', 'src', 'core-files.ts');
const patternFile = '/proc/sys/kernel/core_pattern';

/** Core files are found where the kernel writes them beside the process, and nothing forbids them. */
function skipReason(): string | false {
  if (!existsSync(patternFile)) return 'needs Linux';
  if (!readFileSync(patternFile, 'utf8').startsWith('core')) return 'core files go elsewhere';
  const limit = execFileSync('sh', ['-c', 'ulimit -H -c'], { encoding: 'utf8' }).trim();
  return limit !== 'unlimited' && 'core files are forbidden';
}

describe('the core file of a process that crashes', { skip: skipReason() }, () => {
  it('has nothing of its memory', async () => {
    await using folder = await temporaryFolder();
    const code = `
      const { keepMemoryOutOfCores } = await import(${JSON.stringify(module)});
      keepMemoryOutOfCores({ warn: (event) => console.log(event) });
      globalThis.held = Buffer.from(Array.from({ length: 100 }, (_, at) => at * 7919).join('-'));
      process.abort();`;
    const script = 'ulimit -c unlimited && exec "$0" --input-type=module -e "$1"';
    const ended = spawnSync('sh', ['-c', script, process.execPath, code], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    assert.equal(ended.signal, 'SIGABRT', ended.stderr);
    assert.equal(ended.stdout, '');
    const [core = ''] = readdirSync(folder.path);
    assert.match(core, /^core/);
    const file = path.join(folder.path, core);
    assert.ok(statSync(file).size < 8 * 1024 * 1024, `${statSync(file).size} bytes`);
    // Longer than what registers hold, which are in every core file.
    assert.ok(!readFileSync(file).includes(Array.from({ length: 20 }, (_, at) => at * 7919).join('-')));
  });
});

describe('memory in core files', () => {
  it('is warned of where it cannot be kept out, and no word is said where there is no such setting', () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (event: string) => warnings.push(event) };
    keepMemoryOutOfCores(log, '/nowhere/coredump_filter');
    assert.deepEqual(warnings, []);
    keepMemoryOutOfCores(log, import.meta.dirname);
    assert.deepEqual(warnings, ['core_files_hold_memory']);
  });
});
