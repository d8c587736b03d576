import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitsObject } from '../../src/auth/privileges.ts';
import { builtInRoles, roleKey, roleOf } from '../../src/auth/role.ts';

describe('a role in the metastore', () => {
  const good = { name: 'reader', grants: [], roles: ['other'] };

  it('has its name in its key and is read as it was written', () => {
    assert.equal(roleKey('a/b'), '/_global/role/a%2Fb');
    assert.deepEqual(roleOf(resource(good)), good);
  });

  for (const content of [null, { ...good, name: 1 }, { ...good, roles: [1] }, { ...good, grants: [{}] }]) {
    it(`is corrupt as ${JSON.stringify(content)}`, () => {
      assert.throws(() => roleOf(resource(content)), { kind: 'corrupt' });
    });
  }

  it('of StarRocks’ own hold what can be granted', () => {
    for (const { grants } of builtInRoles) {
      assert.deepEqual(
        grants.filter(({ privilege, object }) => !fitsObject(privilege, object)),
        [],
      );
    }
  });
});

function resource(content: unknown): Parameters<typeof roleOf>[0] {
  return { key: '/_global/role/reader', content, mvcc: 0, modifiedAt: 0 };
}
