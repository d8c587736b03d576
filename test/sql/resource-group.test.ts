import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parseResourceGroup } from '../../src/sql/resource-group.ts';

describe('RESOURCE GROUP', () => {
  for (const [text, action] of [
    ['SET RESOURCE GROUP g', 'SET'],
    ['SET RESOURCE GROUP `g` FOR 1, 2', 'SET'],
    ['CREATE RESOURCE GROUP g TYPE = USER VCPU = 0-1', 'CREATE'],
    ['ALTER RESOURCE GROUP g DISABLE FORCE', 'ALTER'],
    ['DROP RESOURCE GROUP g', 'DROP'],
  ] as const) {
    it(`reads ${text}`, () =>
      assert.deepEqual(parseResourceGroup(tokenize(text), text), { action, name: 'g' }));
  }

  for (const text of ['SET RESOURCE GROUP', 'SET RESOURCE GROUP g h', 'SET RESOURCE GROUP g FOR x']) {
    it(`refuses ${text}`, () =>
      assert.throws(() => parseResourceGroup(tokenize(text), text), { kind: 'syntax' }));
  }
});
