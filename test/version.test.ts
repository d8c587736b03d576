import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { productVersion, serverVersion } from '../src/version.ts';

describe('the version', () => {
  it("is package.json's", () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal(productVersion, version);
  });

  it('begins, for clients, with a MySQL 8.0 that has no MariaDB in its name', () => {
    assert.match(serverVersion, /^8\.0\.\d+-/);
    assert.doesNotMatch(serverVersion, /mariadb/i);
    assert.ok(serverVersion.endsWith(productVersion));
  });
});
