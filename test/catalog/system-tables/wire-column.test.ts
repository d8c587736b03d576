import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wireColumn } from '../../../src/catalog/system-tables/wire-column.ts';
import { columnOf } from '../../sql/ddl/support.ts';

describe('wireColumn', () => {
  const cases: readonly (readonly [column: string, expected: readonly unknown[]])[] = [
    ['varchar(64) NOT NULL', ['VAR_STRING', 256, false, false, false]],
    ['bigint unsigned', ['LONGLONG', 21, true, true, true]],
    ['int', ['LONG', 21, false, true, true]],
    ['longtext', ['BLOB', 4_294_967_295, false, true, false]],
    ['longblob', ['BLOB', 4_294_967_295, false, true, true]],
    ['timestamp', ['TIMESTAMP', 19, false, true, true]],
    ["enum('YES','NO')", ['VAR_STRING', 12, false, true, false]],
    ['json', ['JSON', 21, false, true, true]],
  ];
  for (const [text, expected] of cases) {
    it(`describes ${text}`, () => {
      const { type, lengthBytes, unsigned, nullable, binary } = wireColumn(columnOf(`c ${text}`));
      assert.deepEqual([type, lengthBytes, unsigned, nullable, binary], expected);
    });
  }
});
