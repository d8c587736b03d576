import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

/** Those that ask for no more than their notice, so that Apache-2.0 may be said of the whole. */
const allowed: readonly string[] = [
  '(AFL-2.1 OR BSD-3-Clause)',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
];
/** Those that package-lock.json does not know the licence of: by the beginning of their names, where it stands. */
const known: Readonly<Record<string, string>> = {
  'pause-stream': 'MIT or Apache-2.0, in its file LICENSE',
  '@duckdb/node-bindings-': 'MIT, as those of the platform that is installed',
};

type Lock = Readonly<{ packages: Readonly<Record<string, Readonly<{ dev?: boolean; license?: string }>>> }>;

it('every package that is installed with the product has a licence that allows it', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  const shipped = Object.entries(packages).filter(([name, { dev }]) => name !== '' && dev !== true);
  assert.ok(shipped.length > 50);
  const odd = shipped.filter(([name, { license }]) => {
    const short = name.slice(name.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const isKnown = Object.keys(known).some((start) => short.startsWith(start));
    return !isKnown && !allowed.includes(license ?? '');
  });
  assert.deepEqual(
    odd.map(([name, { license }]) => `${name}: ${license ?? 'none'}`),
    [],
  );
});
