import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AnswerForm, type AnswerOptions, AnswerReader } from '../../src/upstream/answer-reader.ts';

const usual: Omit<AnswerOptions, 'form'> = {
  serverDeprecatesEof: true,
  clientDeprecatesEof: true,
  more: false,
};
const classic = { ...usual, serverDeprecatesEof: false, clientDeprecatesEof: false };
const translated = { ...usual, serverDeprecatesEof: false };

type Case = Readonly<{
  name: string;
  form: AnswerForm;
  options: Omit<AnswerOptions, 'form'>;
  /** Packets as hex, and what becomes of each: `=` passes, `-` is left out, else its bytes afterwards. */
  packets: readonly (readonly [packet: string, becomes: string])[];
}>;

const ok = '00000002000000';
const eof = 'fe00000200';
const definition = '0364656600';
const cases: readonly Case[] = [
  { name: 'OK', form: 'results', options: usual, packets: [[ok, '=']] },
  { name: 'ERR', form: 'results', options: usual, packets: [['ff1904233432303030', '=']] },
  {
    name: 'OK with another answer behind it',
    form: 'results',
    options: usual,
    packets: [
      ['0000000a000000', '='],
      [ok, '='],
    ],
  },
  {
    name: 'OK, where we have more to answer',
    form: 'results',
    options: { ...usual, more: true },
    packets: [[ok, '0000000a000000']],
  },
  {
    name: 'rows with DEPRECATE_EOF',
    form: 'results',
    options: usual,
    packets: [
      ['02', '='],
      [definition, '='],
      [definition, '='],
      ['0161', '='],
      ['fe000002000000', '='],
    ],
  },
  {
    name: 'rows without it',
    form: 'results',
    options: classic,
    packets: [
      ['01', '='],
      [definition, '='],
      [eof, '='],
      ['0161', '='],
      [eof, '='],
    ],
  },
  {
    name: 'rows without it for a client that has it',
    form: 'results',
    options: translated,
    packets: [
      ['01', '='],
      [definition, '='],
      [eof, '-'],
      ['0161', '='],
      ['fe03000200', 'fe000002000300'],
    ],
  },
  {
    name: 'an error between rows',
    form: 'results',
    options: classic,
    packets: [
      ['01', '='],
      [definition, '='],
      [eof, '='],
      ['ff2505233730313030', '='],
    ],
  },
  {
    name: 'a cursor, whose rows come by FETCH',
    form: 'results',
    options: classic,
    packets: [
      ['01', '='],
      [definition, '='],
      ['fe00004200', '='],
    ],
  },
  {
    name: 'a cursor for a client with DEPRECATE_EOF',
    form: 'results',
    options: translated,
    packets: [
      ['01', '='],
      [definition, '='],
      ['fe00004200', 'fe000042000000'],
    ],
  },
  {
    name: 'a prepared statement',
    form: 'prepare',
    options: { ...classic, statementId: 9 },
    packets: [
      ['000500000001000200000000', '000900000001000200000000'],
      [definition, '='],
      [definition, '='],
      [eof, '='],
      [definition, '='],
      [eof, '='],
    ],
  },
  {
    name: 'a prepared statement without parameters or columns',
    form: 'prepare',
    options: usual,
    packets: [['000500000000000000000000', '=']],
  },
  {
    name: 'a prepared statement for a client with DEPRECATE_EOF',
    form: 'prepare',
    options: translated,
    packets: [
      ['000500000001000000000000', '='],
      [definition, '='],
      [eof, '-'],
    ],
  },
  {
    name: 'rows of FETCH',
    form: 'rows',
    options: classic,
    packets: [
      ['000061', '='],
      [eof, '='],
    ],
  },
  { name: 'a text', form: 'text', options: usual, packets: [['557074696d65', '=']] },
  { name: 'EOF alone', form: 'single', options: usual, packets: [[eof, '=']] },
];

describe('an answer', () => {
  for (const { name, form, options, packets } of cases) {
    it(`of ${name} ends with its last packet`, () => {
      const reader = new AnswerReader({ ...options, form });
      for (const [index, [packet, becomes]] of packets.entries()) {
        assert.equal(reader.isDone, false, `done before packet ${index}`);
        const payload = Buffer.from(packet, 'hex');
        const verdict = reader.read(payload);
        const shown =
          verdict === 'pass' ? payload.toString('hex') : verdict === 'drop' ? '-' : verdict.toString('hex');
        assert.equal(shown, becomes === '=' ? packet : becomes, `packet ${index}`);
      }
      assert.equal(reader.isDone, true);
    });
  }

  it('tells flags, errors and the number of a statement', () => {
    const reader = new AnswerReader({ ...usual, form: 'results' });
    reader.read(Buffer.from('00000003000000', 'hex'));
    assert.equal(reader.status, 3);
    const failed = new AnswerReader({ ...usual, form: 'results' });
    failed.read(Buffer.from('ff1904233432303030626164', 'hex'));
    assert.deepEqual(
      [failed.error?.number, failed.error?.sqlState, failed.error?.message],
      [1049, '42000', 'bad'],
    );
    const prepared = new AnswerReader({ ...usual, form: 'prepare' });
    prepared.read(Buffer.from('000500000000000000000000', 'hex'));
    assert.equal(prepared.statementId, 5);
  });

  it('takes a long packet under EOF’s header for a row', () => {
    const reader = new AnswerReader({ ...classic, form: 'rows' });
    assert.equal(reader.read(Buffer.concat([Buffer.of(0xfe), Buffer.alloc(20)])), 'pass');
    assert.equal(reader.isDone, false);
  });

  it('sees a request for a file', () => {
    const reader = new AnswerReader({ ...usual, form: 'results' });
    assert.equal(reader.read(Buffer.from('\xfb/etc/passwd', 'latin1')), 'drop');
    assert.equal(reader.wantsFile, true);
  });
});
