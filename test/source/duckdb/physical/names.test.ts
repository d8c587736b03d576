import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { checkName, physicalName, sameName } from '../../../../src/source/duckdb/physical/names.ts';

describe('names of the embedded engine', () => {
  it('are quoted with the schema of their database', () => {
    assert.equal(physicalName('main', 'x.y'), '"db:main"."x.y"');
  });

  it('compares names without case, beyond ASCII too', () => {
    assert.ok(sameName('Ärger', 'äRGER'));
    assert.ok(!sameName('a', 'b'));
  });

  for (const name of ['', 'x'.repeat(65), 'trailing ', 'a\0b']) {
    it(`refuses ${JSON.stringify(name.slice(0, 12))} as a table's name`, () => {
      assert.throws(
        () => checkName(name, 'bad_table_name'),
        (error) => error instanceof SqlError && error.kind === 'bad_table_name',
      );
    });
  }

  it('takes 64 characters of any kind', () => {
    checkName('🐬'.repeat(64), 'bad_table_name');
  });
});
