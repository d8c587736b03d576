import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grantStatements } from '../../src/auth/grant-text.ts';
import type { Grant, GrantObject } from '../../src/auth/privileges.ts';

const ownCatalog = 'default_catalog';
const ann = { grantee: { user: 'ann' }, roles: [], ownCatalog };

describe('SHOW GRANTS', () => {
  const place = { catalog: ownCatalog, database: 'shop' };
  const objects: readonly (readonly [GrantObject, string])[] = [
    [{ kind: 'system' }, 'SYSTEM'],
    [{ kind: 'catalog', catalog: 'far' }, 'CATALOG `far`'],
    [{ kind: 'catalog', catalog: null }, 'ALL CATALOGS'],
    [{ kind: 'database', ...place }, 'DATABASE `shop`'],
    [{ kind: 'database', catalog: 'far', database: 'shop' }, 'DATABASE `far`.`shop`'],
    [{ kind: 'database', catalog: ownCatalog, database: null }, 'ALL DATABASES'],
    [{ kind: 'object', ...place, name: 't' }, '`shop`.`t`'],
    [{ kind: 'object', ...place, database: 'sh`op', name: null }, '`sh``op`.*'],
    [{ kind: 'object', catalog: ownCatalog, database: null, name: null }, '*.*'],
    [{ kind: 'object', catalog: 'far', database: 'shop', name: null }, '`far`.`shop`.*'],
    [{ kind: 'table', ...place, name: 't' }, 'TABLE `shop`.`t`'],
    [{ kind: 'materialized_view', ...place, name: null }, 'ALL MATERIALIZED VIEWS IN DATABASE `shop`'],
    [
      { kind: 'view', catalog: 'far', database: null, name: null },
      'ALL VIEWS IN ALL DATABASES IN CATALOG `far`',
    ],
  ];
  for (const [object, text] of objects) {
    it(`names ${text}`, () => {
      const [, line] = grantStatements({ ...ann, grants: [{ privilege: 'DROP', object }] });
      assert.equal(line, `GRANT DROP ON ${text} TO \`ann\`@\`%\``);
    });
  }

  it('has a line for each object, one for those with the option, and one for each role', () => {
    const object = { kind: 'object', ...place, name: null } as const;
    const grants: readonly Grant[] = [
      { privilege: 'SELECT', object },
      { privilege: 'INSERT', object },
      { privilege: 'UPDATE', object, withOption: true },
    ];
    assert.deepEqual(grantStatements({ ...ann, grants, roles: ['reader'] }), [
      'GRANT USAGE ON *.* TO `ann`@`%`',
      'GRANT SELECT, INSERT ON `shop`.* TO `ann`@`%`',
      'GRANT UPDATE ON `shop`.* TO `ann`@`%` WITH GRANT OPTION',
      'GRANT `reader` TO `ann`@`%`',
    ]);
    assert.deepEqual(grantStatements({ grantee: { role: 'r' }, grants: [], roles: ['s'], ownCatalog }), [
      'GRANT `s` TO ROLE `r`',
    ]);
  });

  it('says that root has all', () => {
    assert.deepEqual(grantStatements({ ...ann, grantee: { user: 'root' }, grants: [] }), [
      'GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION',
    ]);
  });
});
