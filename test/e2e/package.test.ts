import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

/** Half a minute on a machine at rest. */
const buildTimeoutMs = 220_000;
const programTimeoutMs = 200_000;

/** Installs the packed tarball by hand: the same files in the same places as npm would put them. */
describe('the installed package', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-package-'));
  const installed = path.join(folder, 'node_modules', 'holdfast');

  before(() => {
    execFileSync('npm', ['pack', '--pack-destination', folder], { stdio: 'pipe', timeout: buildTimeoutMs });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    assert.ok(tarball);
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['xzf', path.join(folder, tarball), '--strip-components=1', '-C', installed]);
    const own = path.resolve('node_modules');
    for (const name of readdirSync(own)) {
      if (!name.startsWith('.')) symlinkSync(path.join(own, name), path.join(folder, 'node_modules', name));
    }
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has what it needs and no sources', () => {
    const names = readdirSync(installed);
    for (const name of ['dist', 'docs', 'grammar', 'LICENSE', 'README.md', 'package.json']) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(!names.includes('src'));
  });

  it('tells its version under plain node', () => {
    assert.match(holdfast('--version'), /^holdfast \d+\.\d+\.\d+\n$/);
  });

  it('runs the demo', () => {
    const output = holdfast('demo', '--exit');
    assert.equal(output.match(/\| equal \|/g)?.length, 5, output);
  });

  function holdfast(...args: readonly string[]): string {
    const program = path.join(installed, 'dist', 'main.js');
    return execFileSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: 'utf8',
      timeout: programTimeoutMs,
    });
  }
});
