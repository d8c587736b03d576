import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { duckdbBytes, duckdbName, duckdbText } from '../../src/sql/duckdb-quote.ts';

describe('text for DuckDB', () => {
  it('has names in double quotes and literals in single ones', () => {
    assert.equal(duckdbName('a"b'), '"a""b"');
    assert.equal(duckdbText("it's \\n"), "'it''s \\n'");
    assert.equal(duckdbBytes(Buffer.from([0, 255])), "from_hex('00ff')");
  });

  it('brings what its parser stops at through bytes', () => {
    assert.equal(duckdbText('a\0'), "decode(from_hex('6100'))");
    assert.equal(duckdbText('\ud800'), "decode(from_hex('efbfbd'))");
  });
});
