import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { PacketReader } from '../../src/wire/reader.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';
import { PacketWriter } from '../../src/wire/writer.ts';

const reads: readonly ((reader: PacketReader) => unknown)[] = [
  (reader) => reader.u8(),
  (reader) => reader.u16(),
  (reader) => reader.u32(),
  (reader) => reader.u64(),
  (reader) => reader.i8(),
  (reader) => reader.i16(),
  (reader) => reader.i32(),
  (reader) => reader.i64(),
  (reader) => reader.f32(),
  (reader) => reader.f64(),
  (reader) => reader.skip(3),
  (reader) => reader.bytes(5),
  (reader) => reader.length(),
  (reader) => reader.lengthEncodedBytes(),
  (reader) => reader.nulTerminatedText(),
  (reader) => reader.lengthEncodedText(),
  (reader) => reader.restText(),
];

describe('the packet reader', () => {
  const cases = [
    { name: 'a byte of an empty packet', hex: '', read: (reader: PacketReader) => reader.u8() },
    { name: 'four bytes of three', hex: '010203', read: (reader: PacketReader) => reader.u32() },
    {
      name: 'a string without its end',
      hex: '616263',
      read: (reader: PacketReader) => reader.nulTerminatedText(),
    },
    {
      name: 'a length beyond the packet',
      hex: '0561',
      read: (reader: PacketReader) => reader.lengthEncodedBytes(),
    },
    { name: 'a huge length', hex: 'feffffffffffffffff', read: (reader: PacketReader) => reader.length() },
    { name: 'NULL as a length', hex: 'fb', read: (reader: PacketReader) => reader.length() },
    { name: '0xff as a length', hex: 'ff', read: (reader: PacketReader) => reader.length() },
    { name: 'half a length', hex: 'fc01', read: (reader: PacketReader) => reader.length() },
  ];
  for (const { name, hex, read } of cases) {
    it(`refuses ${name}`, () => {
      assert.throws(() => read(new PacketReader(Buffer.from(hex, 'hex'))), { kind: 'malformed_packet' });
    });
  }

  it('never reads past the end, whatever is read in whatever order', () => {
    const steps = fc.array(fc.integer({ min: 0, max: reads.length - 1 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), steps, (bytes, order) => {
        const reader = new PacketReader(Buffer.from(bytes));
        try {
          for (const step of order) reads[step]?.(reader);
        } catch (error) {
          assert.ok(error instanceof ProtocolError);
        }
        assert.ok(reader.remaining >= 0);
      }),
      { numRuns: 500 },
    );
  });

  it('reads back what the writer writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.nat(70_000), (text, length) => {
        const writer = new PacketWriter(64);
        writer.begin();
        writer.lengthEncodedText(text);
        writer.lengthEncodedBytes(Buffer.alloc(length, 9));
        writer.u16(0xbeef);
        writer.nulTerminatedText(text.replaceAll('\0', ''));
        writer.end();
        const reader = new PacketReader(writer.take().subarray(4));
        assert.equal(reader.lengthEncodedText(), text);
        assert.equal(reader.lengthEncodedBytes().length, length);
        assert.equal(reader.u16(), 0xbeef);
        assert.equal(reader.nulTerminatedText(), text.replaceAll('\0', ''));
        assert.equal(reader.remaining, 0);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps bytes that are no UTF-8, so that binary literals survive', () => {
    const text = new PacketReader(Buffer.from('61ff62', 'hex')).restText();
    const writer = new PacketWriter(64);
    writer.begin();
    writer.rawText(text);
    writer.end();
    assert.equal(writer.take().subarray(4).toString('hex'), '61ff62');
  });
});
