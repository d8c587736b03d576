import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExact, printExact } from '../../../src/metastore/kylin/exact-json.ts';
import { emptySegments } from '../../../src/metastore/kylin/model-closure.ts';

describe('JSON with its numbers as they are written', () => {
  const text = '{\n  "end": 9223372036854775807,\n  "rate": 1.50,\n  "list": [\n    1e3\n  ]\n}';

  it('is the same after it was read and printed', () => {
    for (const given of [text, `\uFEFF${text}`]) {
      assert.equal(Buffer.from(printExact(parseExact(Buffer.from(given)) ?? {})).toString(), text);
    }
  });

  it('is no object where there is none', () => {
    for (const given of ['', '{', '[]', '1', 'null']) assert.equal(parseExact(Buffer.from(given)), undefined);
  });

  it('stays so in a dataflow that loses its segments', () => {
    const dataflow = '{"max":9223372036854775807,"segments":[{"id":"s"}]}';
    const emptied = Buffer.from(emptySegments(Buffer.from(dataflow))).toString();
    assert.equal(emptied.replaceAll(/\s/g, ''), '{"max":9223372036854775807,"segments":[]}');
  });
});
