import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { clientOptions, type MetadataServer } from '../../../src/metastore/mysql/client-options.ts';

const place = { host: 'db', port: 3306, user: 'u', password: new Secret('p'), database: 'kept' };

describe('the connection to a server of metadata', () => {
  const cases: readonly (readonly [MetadataServer['tls'], boolean | undefined])[] = [
    ['disabled', undefined],
    ['required', false],
    ['verify_identity', true],
  ];
  for (const [tls, isVerified] of cases) {
    it(`looks at the certificate as '${tls}' says`, () => {
      const { ssl } = clientOptions({ ...place, tls }, 10_000);
      const verified = typeof ssl === 'object' ? [ssl.rejectUnauthorized, ssl.verifyIdentity] : undefined;
      assert.deepEqual(verified, isVerified === undefined ? undefined : [isVerified, isVerified]);
    });
  }

  it('gives the server no file, and sends one statement at a time', () => {
    const options = clientOptions({ ...place, tls: 'disabled' }, 10_000);
    assert.deepEqual([options.flags, options.multipleStatements], [['-LOCAL_FILES'], false]);
    assert.equal(options.connectTimeout, 10_000);
  });
});
