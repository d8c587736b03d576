import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from '../../src/base/secret.ts';

describe('a secret', () => {
  const secret = new Secret('geheim');
  const views: readonly (readonly [name: string, text: string])[] = [
    ['as text', `${secret}`],
    ['in JSON', JSON.stringify({ secret })],
    ['in the inspector', inspect({ secret }, { showHidden: true, depth: 9 })],
    ['in a format', format('%s %o %j', secret, secret, secret)],
    ['among its properties', Object.getOwnPropertyNames(secret).join(' ')],
  ];
  for (const [name, text] of views) {
    it(`is not seen ${name}`, () => assert.doesNotMatch(text, /geheim/));
  }

  it('is given to who asks for it', () => assert.equal(secret.reveal(), 'geheim'));
});
