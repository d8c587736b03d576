import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { QueryAttributes } from '../../../src/wire/packets/query-attributes.ts';
import { ProtocolError } from '../../../src/wire/protocol-error.ts';

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

/** `select 1`. */
const text = '73656c6563742031';

describe('query attributes', () => {
  it('are taken from a query, with values of each kind', () => {
    // Three attributes: a = 'x', n = NULL, u = 2^64 - 1.
    const sent = bytes(`03 03 01 02 01 fe00 0161 fe00 016e 0880 0175 0178 ffffffffffffffff ${text}`);
    const { payload, attributes } = new QueryAttributes().strip(sent);
    assert.equal(payload.toString('hex'), `03${text}`);
    assert.deepEqual(
      [...attributes],
      [
        ['a', 'x'],
        ['n', null],
        ['u', 2n ** 64n - 1n],
      ],
    );
  });

  it('may be none', () => {
    const { payload, attributes } = new QueryAttributes().strip(bytes(`03 00 01 ${text}`));
    assert.equal(payload.toString('hex'), `03${text}`);
    assert.equal(attributes.size, 0);
  });

  it('are taken from an EXECUTE, also from one that does not send its types again', () => {
    const attributes = new QueryAttributes();
    // One parameter, 7, and an attribute a = 'x', which is NULL the second time.
    const first = attributes.strip(
      bytes('17 05000000 08 01000000 02 00 01 0800 00 fe00 0161 0700000000000000 0178'),
    );
    assert.equal(first.payload.toString('hex'), '170500000000010000000001080007000000000000000178');
    const again = attributes.strip(bytes('17 05000000 08 01000000 02 02 00 0800000000000000'));
    assert.equal(again.payload.toString('hex'), '17050000000001000000020008000000000000000000'.slice(0, 40));
  });

  it('of a statement without parameters leave nothing behind', () => {
    const { payload } = new QueryAttributes().strip(bytes('17 05000000 08 01000000 01 00 01 fe00 0161 0178'));
    assert.equal(payload.toString('hex'), '17050000000001000000');
    const bare = new QueryAttributes().strip(bytes('17 05000000 00 01000000'));
    assert.equal(bare.payload.toString('hex'), '17050000000001000000');
  });

  it('that break the form are malformed packets, and nothing else is thrown', () => {
    for (const broken of [
      '03 01 02',
      '03 ff',
      '03 fd ffffff 01',
      '03 01 01 00 00',
      '17 05000000 00 01000000 05',
    ]) {
      assert.throws(() => new QueryAttributes().strip(bytes(broken)), { kind: 'malformed_packet' }, broken);
    }
    fc.assert(
      fc.property(fc.constantFrom(3, 23, 25), fc.uint8Array({ maxLength: 60 }), (command, rest) => {
        try {
          new QueryAttributes().strip(Buffer.from([command, ...rest]));
        } catch (error) {
          assert.ok(error instanceof ProtocolError);
        }
      }),
    );
  });
});
