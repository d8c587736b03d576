import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printMaterializedView } from '../../../../src/sql/ddl/print/materialized-view.ts';
import { parseAs } from '../support.ts';

describe('printMaterializedView', () => {
  const texts = [
    "CREATE MATERIALIZED VIEW `v` (`a`, `b` COMMENT 'it''s')\nCOMMENT \"c\"\n" +
      "PARTITION BY (date_trunc('month', `a`))\nDISTRIBUTED BY HASH(`a`) BUCKETS 2\nORDER BY (`b`)\n" +
      'REFRESH DEFERRED ASYNC START("2026-01-01 00:00:00") EVERY(INTERVAL 1 DAY)\n' +
      'PROPERTIES (\n"k" = "v"\n)\nAS SELECT a, b FROM t',
    'CREATE MATERIALIZED VIEW `v` (`a`)\nPARTITION BY (`a`)\nREFRESH ASYNC\nAS SELECT a FROM t',
    'CREATE MATERIALIZED VIEW `v` (`a`)\nDISTRIBUTED BY RANDOM\nREFRESH MANUAL\nAS SELECT a FROM t',
  ];
  for (const text of texts) {
    it(`prints what parses to the same: ${text.split('\n')[1]}`, () => {
      const {
        name,
        select,
        kind: _kind,
        ifNotExists: _if,
        ...view
      } = parseAs(text, 'create_materialized_view');
      const printed = printMaterializedView({ ...view, name: name.name, select: select.text });
      assert.equal(printed, text);
    });
  }
});
