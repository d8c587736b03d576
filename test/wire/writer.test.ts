import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PacketWriter } from '../../src/wire/writer.ts';

const frameMax = 0xff_ffff;

describe('the packet writer', () => {
  const lengths = [
    { value: 250, hex: 'fa' },
    { value: 251, hex: 'fcfb00' },
    { value: 0xffff, hex: 'fcffff' },
    { value: 0x1_0000, hex: 'fd000001' },
    { value: 0xff_ffff, hex: 'fdffffff' },
    { value: 0x100_0000, hex: 'fe0000000100000000' },
    { value: (1n << 64n) - 1n, hex: 'feffffffffffffffff' },
  ];
  for (const { value, hex } of lengths) {
    it(`writes ${value} as ${hex}`, () => {
      const writer = new PacketWriter(64);
      writer.begin();
      writer.lengthEncodedInteger(value);
      writer.end();
      assert.equal(writer.take().subarray(4).toString('hex'), hex);
    });
  }

  it('numbers packets in sequence, round again after 255', () => {
    const writer = new PacketWriter(64);
    writer.sequence = 254;
    for (let count = 0; count < 3; count++) {
      writer.begin();
      writer.u8(count);
      writer.end();
    }
    assert.equal(writer.take().toString('hex'), '010000fe00010000ff010100000002');
  });

  const splits = [
    { length: frameMax - 1, frames: [frameMax - 1] },
    { length: frameMax, frames: [frameMax, 0] },
    { length: frameMax + 1, frames: [frameMax, 1] },
    { length: 2 * frameMax, frames: [frameMax, frameMax, 0] },
  ];
  for (const { length, frames } of splits) {
    it(`sends ${length} bytes in ${frames.length} frames`, () => {
      const writer = new PacketWriter(64);
      writer.begin();
      writer.raw(Buffer.alloc(length, 7));
      writer.end();
      const bytes = writer.take();
      const found: number[] = [];
      for (let at = 0; at < bytes.length; at += 4 + bytes.readUIntLE(at, 3)) {
        assert.equal(bytes.readUInt8(at + 3), found.length);
        found.push(bytes.readUIntLE(at, 3));
      }
      assert.deepEqual(found, frames);
    });
  }

  it('takes back a packet that was not ended, and keeps those before it', () => {
    const writer = new PacketWriter(64);
    writer.begin();
    writer.u8(1);
    writer.end();
    writer.begin();
    writer.u32(7);
    writer.abandon();
    writer.abandon();
    writer.begin();
    writer.u8(2);
    writer.end();
    assert.equal(writer.take().toString('hex'), '01000000010100000102');
  });

  it('sets bits in a packet, also after its buffer has moved', () => {
    const writer = new PacketWriter(64);
    writer.begin();
    const offset = writer.payloadLength;
    writer.zeros(2);
    writer.raw(Buffer.alloc(100_000));
    writer.setBit(offset, 0);
    writer.setBit(offset, 10);
    writer.end();
    assert.equal(writer.take().subarray(4, 6).toString('hex'), '0104');
  });

  it('holds little while it is idle', () => {
    const writer = new PacketWriter(64 * 1_024);
    writer.begin();
    writer.raw(Buffer.alloc(70_000));
    writer.end();
    writer.take();
    assert.ok(writer.bytes.length > 64 * 1_024);
    writer.shrink();
    assert.ok(writer.bytes.length <= 4_096);
  });
});
