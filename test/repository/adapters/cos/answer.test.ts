import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  childrenOf,
  readElement,
  textOf,
  writeElement,
} from '../../../../src/repository/adapters/cos/answer.ts';

describe('XML of COS', () => {
  const list = '<?xml version="1.0"?><List><A><N>01</N></A><A><N>&amp;&lt;é</N></A><B/><C> x </C></List>';

  it('keeps texts as they are, also those that look like numbers', () => {
    const root = readElement(list, 'List') ?? {};
    assert.deepEqual(
      childrenOf(root, 'A').map((one) => textOf(one, 'N')),
      ['01', '&<é'],
    );
    assert.equal(textOf(root, 'C'), ' x ');
    assert.equal(textOf(root, 'D'), undefined);
  });

  it('gives one child, an empty one and none as lists', () => {
    const root = readElement('<List><A><N>1</N></A><B/></List>', 'List') ?? {};
    assert.equal(childrenOf(root, 'A').length, 1);
    assert.deepEqual(childrenOf(root, 'B'), [{}]);
    assert.deepEqual(childrenOf(root, 'C'), []);
  });

  for (const text of ['', 'no XML', '{"a":1}', '<html>busy</html>']) {
    it(`'${text}' is no list`, () => assert.equal(readElement(text, 'List'), undefined));
  }

  it('escapes what it writes', () => {
    const text = writeElement({ Delete: { Object: [{ Key: 'a&<b' }, { Key: 'c' }] } });
    assert.equal(
      text,
      '<Delete><Object><Key>a&amp;&lt;b</Key></Object><Object><Key>c</Key></Object></Delete>',
    );
  });
});
