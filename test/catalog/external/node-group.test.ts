import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupReader } from '../../../src/catalog/external/node-group.ts';
import { catalogKey } from '../../../src/catalog/external/definition.ts';
import { nodeGroupOf } from '../../../src/source/mysql/options.ts';
import { SecretsError } from '../../../src/metastore/secrets.ts';
import type { Metastore } from '../../../src/metastore/metastore.ts';

const sealed = (text: string): string => `sealed ${text}`;
const unseal = (text: string): string => text.slice('sealed '.length);

describe('the group of nodes of a project', () => {
  const definition = {
    id: 10_001,
    name: 'prod',
    type: 'mysql',
    properties: [
      ['host', sealed('db')],
      ['node_group', sealed('eu')],
    ],
    missing: [],
    createdAt: 0,
  };
  const kept = { key: catalogKey('prod'), content: definition, mvcc: 0, modifiedAt: 0 };
  const metastore = { get: (key: string) => (key === kept.key ? kept : undefined) } as Metastore;
  for (const { project, group } of [
    { project: 'prod.shop', group: 'eu' },
    { project: 'prod.shop.v2', group: 'eu' },
    { project: 'other.shop', group: '' },
    { project: 'default_catalog.shop', group: '' },
    { project: '_global', group: '' },
  ]) {
    it(`of ${project} is ${group || 'none'}`, () => {
      const groupOf = groupReader(unseal);
      assert.equal(groupOf(project, metastore), group);
      assert.equal(groupOf(project, metastore), group);
    });
  }

  it('is nobody’s where it cannot be opened', () => {
    const closed = groupReader(() => {
      throw new SecretsError('damaged', 'it was changed');
    });
    assert.equal(closed('prod.shop', metastore), '?');
    assert.throws(() => nodeGroupOf({ node_group: '?' }));
  });

  it('has a name of letters, digits, dots, hyphens and underscores', () => {
    assert.equal(nodeGroupOf({ node_group: 'eu-west.1_b' }), 'eu-west.1_b');
    assert.equal(nodeGroupOf({}), '');
    for (const bad of ['two words', 'x'.repeat(65), 'ü']) {
      assert.throws(() => nodeGroupOf({ node_group: bad }), /"node_group" must be/);
    }
  });
});
