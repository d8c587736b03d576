import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BulkRows, csvRowEnd } from '../../../src/source/mysql/bulk-rows.ts';

const start = 3;

function value(text: string): Buffer {
  const bytes = Buffer.from(text);
  assert.ok(bytes.length < 0xfb);
  return Buffer.concat([Buffer.of(0, bytes.length), bytes]);
}

const nothing = Buffer.of(1);

function written(rows: BulkRows): Buffer {
  return rows.bytes.subarray(start, rows.at);
}

/** Adds what is whole of `text`, and says where it ended. */
function addAll(rows: BulkRows, text: Buffer): number {
  for (let at = 0; ;) {
    const next = rows.addCsv(text, at);
    assert.notEqual(next, 'full');
    if (typeof next === 'string' || next < 0) return at;
    at = next;
  }
}

describe('rows of a batch', () => {
  const cases = [
    { name: 'numbers', csv: '1,-2\n', cells: [value('1'), value('-2')] },
    {
      name: 'no value, and texts that look like none',
      csv: 'NULL,"NULL"\n',
      cells: [nothing, value('NULL')],
    },
    { name: 'empty texts', csv: '"",\n', cells: [value(''), value('')] },
    { name: 'commas and line ends in texts', csv: '"a,b","c\nd"\n', cells: [value('a,b'), value('c\nd')] },
    { name: 'quotes', csv: '"""","a""""b"""\n', cells: [value('"'), value('a""b"')] },
    {
      name: 'backslashes and letters beyond ASCII',
      csv: '"\\n","größe 光"\n',
      cells: [value('\\n'), value('größe 光')],
    },
    {
      name: 'texts beyond the short ones',
      csv: `"${'x"y'.replace('"', '""').repeat(40)}",1\n`,
      cells: [value('x"y'.repeat(40)), value('1')],
    },
  ];
  for (const { name, csv, cells } of cases) {
    it(`have ${name}, wherever the text is cut`, () => {
      const text = Buffer.from(csv + csv);
      for (let cut = 0; cut <= text.length; cut++) {
        const rows = new BulkRows(2, start, 10_000);
        const taken = addAll(rows, text.subarray(0, cut));
        assert.equal(addAll(rows, text.subarray(taken)), text.length - taken);
        assert.deepEqual(written(rows), Buffer.concat([...cells, ...cells]));
      }
    });
  }

  it('have longer lengths in more bytes', () => {
    const rows = new BulkRows(1, start, 1_000_000);
    addAll(rows, Buffer.from(`${'a'.repeat(251)}\n`));
    assert.deepEqual(written(rows).subarray(0, 5), Buffer.of(0, 0xfc, 251, 0, 0x61));
    rows.clear();
    assert.ok(rows.isEmpty);
    addAll(rows, Buffer.from(`${'b'.repeat(70_000)}\n`));
    assert.deepEqual(written(rows).subarray(0, 6), Buffer.of(0, 0xfd, 0x70, 0x11, 0x01, 0x62));
  });

  it('are refused when there is no room, and leave nothing', () => {
    const rows = new BulkRows(2, start, 40);
    const text = Buffer.from('1,"0123456789"\n2,"0123456789"\n3,"0123456789"\n');
    let at = 0;
    while (at < text.length) {
      const next = rows.addCsv(text, at);
      if (next === 'full') break;
      at = next;
    }
    const before = Buffer.from(written(rows));
    assert.ok(at > 0);
    assert.equal(rows.addCsv(text, at), 'full');
    assert.deepEqual(written(rows), before);
  });

  it('have their fields', () => {
    const rows = new BulkRows(2, start, 1_000);
    assert.throws(() => rows.addCsv(Buffer.from('1,2,3\n'), 0), /a row has its fields/);
  });

  it('end where the line does that is not in quotes', () => {
    const text = Buffer.from('1,"a\n""b"\n2,x\n');
    assert.equal(csvRowEnd(text, 0), 10);
    assert.equal(csvRowEnd(text, 10), text.length);
    assert.equal(csvRowEnd(text.subarray(0, 9), 0), -1);
  });
});
