import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OkAnswer } from '../../../src/wire/handler.ts';
import { writeOk } from '../../../src/wire/packets/ok.ts';
import { written } from './written.ts';

const plain: OkAnswer = {
  affectedRows: 0n,
  lastInsertId: 0n,
  warnings: 0,
  info: '',
  status: { inTransaction: false, autocommit: true },
};

describe('an OK packet', () => {
  const cases = [
    { name: 'has seven bytes at least', answer: plain, more: false, hex: '00 00 00 0200 0000' },
    { name: 'says that more follows', answer: plain, more: true, hex: '00 00 00 0a00 0000' },
    {
      name: 'has a length before its text',
      answer: { ...plain, info: 'Rows: 1' },
      more: false,
      hex: `00 00 00 0200 0000 07 ${Buffer.from('Rows: 1').toString('hex')}`,
    },
    {
      name: 'carries wide numbers, and warnings up to 16 bits',
      answer: { ...plain, affectedRows: 1n << 40n, lastInsertId: 300n, warnings: 70_000 },
      more: false,
      hex: '00 fe0000000000010000 fc2c01 0200 ffff',
    },
    {
      name: 'says that a transaction is open',
      answer: { ...plain, status: { inTransaction: true, autocommit: false } },
      more: false,
      hex: '00 00 00 0100 0000',
    },
  ];
  for (const { name, answer, more, hex } of cases) {
    it(name, () =>
      assert.equal(
        written((writer) => writeOk(writer, answer, more)),
        hex.replaceAll(' ', ''),
      ),
    );
  }
});
