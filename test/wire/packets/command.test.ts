import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommand } from '../../../src/wire/packets/command.ts';

describe('a command packet', () => {
  const cases = [
    { hex: '01', expected: { kind: 'quit' } },
    { hex: '0273', expected: { kind: 'init_db', database: 's' } },
    { hex: '03ff61', expected: { kind: 'query', text: '\udcffa' } },
    { hex: '03', expected: { kind: 'query', text: '' } },
    { hex: '047400256e', expected: { kind: 'field_list', table: 't', pattern: '%n' } },
    { hex: '09', expected: { kind: 'statistics' } },
    { hex: '0c07000000', expected: { kind: 'process_kill', connectionId: 7 } },
    { hex: '0d', expected: { kind: 'debug' } },
    { hex: '0e', expected: { kind: 'ping' } },
    { hex: '1661', expected: { kind: 'prepare', text: 'a' } },
    {
      hex: '18010000000200ab',
      expected: { kind: 'send_long_data', statementId: 1, parameter: 2, data: Buffer.of(0xab) },
    },
    { hex: '1901000000', expected: { kind: 'close_statement', statementId: 1 } },
    { hex: '1a01000000', expected: { kind: 'reset_statement', statementId: 1 } },
    { hex: '1b0100', expected: { kind: 'set_option', option: 1 } },
    { hex: '1c0100000005000000', expected: { kind: 'fetch', statementId: 1, rows: 5 } },
    { hex: '1f', expected: { kind: 'reset_connection' } },
    { hex: '00', expected: { kind: 'unknown', code: 0 } },
    { hex: '08', expected: { kind: 'unknown', code: 8 } },
  ];
  for (const { hex, expected } of cases) {
    it(`${hex} is ${expected.kind}`, () => {
      assert.deepEqual(readCommand(Buffer.from(hex, 'hex'), 0), expected);
    });
  }

  it('of EXECUTE leaves its parameters for whoever knows the statement', () => {
    const command = readCommand(Buffer.from('1709000000000100000001ff', 'hex'), 0);
    assert.ok(command.kind === 'execute');
    assert.equal(command.statementId, 9);
    assert.equal(command.parameters.remaining, 2);
  });

  for (const hex of ['', '0c', '1b01', '0474', '1701000000', '180100000002', '19010000']) {
    it(`'${hex}' is malformed`, () => {
      assert.throws(() => readCommand(Buffer.from(hex, 'hex'), 0), { kind: 'malformed_packet' });
    });
  }
});
