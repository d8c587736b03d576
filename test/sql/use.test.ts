import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parseUse } from '../../src/sql/use.ts';

describe('USE', () => {
  it('names a database', () => {
    assert.deepEqual(parseUse(tokenize('USE `shop`;'), 'USE `shop`;'), { kind: 'use', database: 'shop' });
  });

  it('names a catalog before it', () => {
    const expected = { kind: 'use', catalog: 'prod', database: 'shop' };
    assert.deepEqual(parseUse(tokenize('use prod.shop'), 'use prod.shop'), expected);
  });

  for (const text of ['USE', "USE 'a'", 'USE a b', 'USE a.b.c', 'USE a.']) {
    it(`refuses ${text}`, () => assert.throws(() => parseUse(tokenize(text), text), { kind: 'syntax' }));
  }
});
