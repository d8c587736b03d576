import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  derBitString,
  derContext,
  derInteger,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derTrue,
  derUtf8String,
} from '../../src/auth/der.ts';

describe('DER', () => {
  const cases = [
    { name: 'a small integer', der: derInteger(Buffer.of(5)), hex: '020105' },
    {
      name: 'an integer whose first bit would mean minus',
      der: derInteger(Buffer.of(0x80)),
      hex: '02020080',
    },
    { name: 'an integer with zeros in front', der: derInteger(Buffer.of(0, 0, 1)), hex: '020101' },
    { name: 'zero', der: derInteger(Buffer.of(0)), hex: '020100' },
    { name: 'true', der: derTrue(), hex: '0101ff' },
    { name: 'null', der: derNull(), hex: '0500' },
    { name: 'bits', der: derBitString(Buffer.of(0xaa)), hex: '030200aa' },
    { name: 'bytes', der: derOctetString(Buffer.of(1, 2)), hex: '04020102' },
    { name: 'text', der: derUtf8String('é'), hex: '0c02c3a9' },
    {
      name: 'an object identifier with a long arc',
      der: derObjectIdentifier('1.2.840.113549'),
      hex: '06062a864886f70d',
    },
    { name: 'a sequence', der: derSequence(derNull(), derTrue()), hex: '300505000101ff' },
    { name: 'a set', der: derSet(derNull()), hex: '31020500' },
    { name: 'a tagged element', der: derContext(0, derNull(), true), hex: 'a0020500' },
    { name: 'tagged bytes', der: derContext(7, Buffer.of(9), false), hex: '870109' },
    {
      name: 'a time before 2050',
      der: derTime(new Date('2049-12-31T23:59:59.500Z')),
      hex: `170d${Buffer.from('491231235959Z').toString('hex')}`,
    },
    {
      name: 'a time from 2050',
      der: derTime(new Date('2050-01-01T00:00:00Z')),
      hex: `180f${Buffer.from('20500101000000Z').toString('hex')}`,
    },
  ];
  for (const { name, der, hex } of cases) it(`writes ${name}`, () => assert.equal(der.toString('hex'), hex));

  it('writes lengths of one to four bytes', () => {
    const heads = [127, 128, 256, 65_536].map((length) =>
      derOctetString(Buffer.alloc(length)).subarray(0, 5).toString('hex'),
    );
    assert.deepEqual(heads, ['047f000000', '0481800000', '0482010000', '0483010000']);
  });
});
