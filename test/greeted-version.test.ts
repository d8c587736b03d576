import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Log, silentLog } from '../src/base/log.ts';
import { SqlError } from '../src/base/sql-error.ts';
import type { StartPlace } from '../src/catalogs.ts';
import { greetedVersion } from '../src/greeted-version.ts';
import { serverVersion } from '../src/version.ts';

describe('the version in the greeting', () => {
  const cases: readonly (readonly [version: string | undefined, greetedAs: string])[] = [
    [undefined, serverVersion],
    ['9.4.0', '9.4.0'],
    ['11.8.2-MariaDB', '11.8.2-MariaDB'],
    ['5.5.5-10.11.6-MariaDB-log', '5.7.19-10.11.6-MariaDB-log'],
  ];
  for (const [version, greetedAs] of cases) {
    it(`is ${greetedAs} with ${version ?? 'no server'} as the source`, async () => {
      const place = version === undefined ? undefined : placeOf(async () => version);
      assert.equal(await greetedVersion(place, silentLog), greetedAs);
    });
  }

  it('is our own, with a line in the log, while the source does not answer', async () => {
    const lines: unknown[] = [];
    const log: Log = { ...silentLog, warn: (...line) => lines.push(line) };
    const place = placeOf(() => Promise.reject(new SqlError('upstream_unreachable', 'it is away')));
    assert.equal(await greetedVersion(place, log), serverVersion);
    assert.deepEqual(lines, [
      ['source_version_unknown', { message: 'it is away', greetedAs: serverVersion }],
    ]);
  });

  it('is none when the look for it fails for another reason', async () => {
    const place = placeOf(() => Promise.reject(new RangeError('a mistake of ours')));
    await assert.rejects(greetedVersion(place, silentLog), RangeError);
  });
});

function placeOf(version: StartPlace['version']): StartPlace {
  return { catalog: 'source', version };
}
