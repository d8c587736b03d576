import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parseMaintenance } from '../../src/sql/maintenance.ts';

describe('statements that look after tables', () => {
  const cases: readonly (readonly [string, string, readonly (readonly string[])[]])[] = [
    ['CHECK TABLE `t`', 'CHECK', [['t']]],
    ['check table d.t, u FOR UPGRADE', 'CHECK', [['d', 't'], ['u']]],
    ['ANALYZE NO_WRITE_TO_BINLOG TABLE t;', 'ANALYZE', [['t']]],
    ['OPTIMIZE LOCAL TABLES a,b', 'OPTIMIZE', [['a'], ['b']]],
    ['REPAIR TABLE t QUICK EXTENDED', 'REPAIR', [['t']]],
    ['CHECKSUM TABLE t', 'CHECKSUM', [['t']]],
  ];
  for (const [text, action, tables] of cases) {
    it(text, () => {
      assert.deepEqual(parseMaintenance(tokenize(text), text), { kind: 'maintenance', action, tables });
    });
  }

  for (const text of [
    'CHECK',
    'CHECK TABLE',
    'CHECK t',
    "CHECK TABLE 't'",
    'ANALYZE TABLE t, ',
    'REPAIR TABLE t 1',
  ]) {
    it(`refuses ${text}`, () =>
      assert.throws(() => parseMaintenance(tokenize(text), text), { kind: 'syntax' }));
  }
});
