import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withholdSecrets, withoutPassword } from '../../../src/catalog/external/withheld.ts';

describe('a catalog’s properties without its secrets', () => {
  it('leave out passwords and keys, and name them', () => {
    const properties = [
      ['type', 'mysql'],
      ['host', 'db'],
      ['password', 'geheim'],
      ['tls_ca', 'CA'],
      ['tls_key', 'KEY'],
    ] as const;
    assert.deepEqual(withholdSecrets(properties), {
      properties: [
        ['type', 'mysql'],
        ['host', 'db'],
        ['tls_ca', 'CA'],
      ],
      missing: ['password', 'tls_key'],
    });
  });

  it('miss no password where there was none', () => {
    assert.deepEqual(withholdSecrets([['password', '']]), { properties: [], missing: [] });
  });

  const uris: readonly (readonly [uri: string, clear: string])[] = [
    ['jdbc:mysql://db:3306/shop', 'jdbc:mysql://db:3306/shop'],
    ['jdbc:mysql://ann:ge/he:im@db:3306/shop', 'jdbc:mysql://ann@db:3306/shop'],
    [
      'jdbc:mariadb://db/shop?user=ann&password=geheim&useSSL=true',
      'jdbc:mariadb://db/shop?user=ann&useSSL=true',
    ],
    ['jdbc:mariadb://db/shop?password=geheim', 'jdbc:mariadb://db/shop'],
  ];
  for (const [uri, clear] of uris) {
    it(`make ${uri} ${clear}`, () => {
      assert.equal(withoutPassword(uri), clear);
      assert.deepEqual(withholdSecrets([['jdbc_uri', uri]]).missing, uri === clear ? [] : ['password']);
    });
  }
});
