import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { assert as check, property, uint8Array } from 'fast-check';
import { binary, encodeStruct, i32, i64, list, struct } from '../../../src/source/parquet/compact-thrift.ts';
import { readFooter } from '../../../src/source/parquet/footer.ts';
import { decodeStruct, ThriftError } from '../../../src/source/parquet/read-thrift.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The end of a file with these bytes as its footer. */
function fileOf(footer: Buffer, length: number = footer.length): Buffer {
  const tail = Buffer.alloc(8, 'PAR1', 'latin1');
  tail.writeUInt32LE(length, 0);
  return Buffer.concat([Buffer.from('PAR1'), footer, tail.subarray(0, 4), Buffer.from('PAR1')]);
}

describe('the footer of a Parquet file', () => {
  it('of another writer has its rows, and leaves the types to DuckDB', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT i AS id, [i] AS nested FROM range(300000) r(i)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 100000)`,
    );
    connection.closeSync();
    instance.closeSync();
    assert.deepEqual(await readFooter(file), { rows: 300_000 });
  });

  it('counts what its row groups say, not what it says of the whole', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    const groups = [7, 11].map((rows) => struct([1, list('struct', [])], [2, i64(0)], [3, i64(rows)]));
    const footer = encodeStruct(
      [1, i32(1)],
      [2, list('struct', [])],
      [3, i64(1)],
      [4, list('struct', groups)],
    );
    await writeFile(file, fileOf(footer));
    assert.deepEqual(await readFooter(file), { rows: 18 });
  });

  const good = encodeStruct([1, i32(1)], [2, list('struct', [])], [3, i64(0)], [4, list('struct', [])]);
  const broken = [
    { name: 'an empty file', bytes: Buffer.alloc(0) },
    { name: 'something else', bytes: Buffer.from('not a file of this kind') },
    { name: 'a length beyond the file', bytes: fileOf(good, good.length + 100) },
    { name: 'a length that no footer has', bytes: fileOf(good, 0xff_ff_ff_ff) },
    { name: 'a cut structure', bytes: fileOf(good.subarray(0, good.length - 2)) },
    { name: 'no row groups', bytes: fileOf(encodeStruct([1, i32(1)])) },
    { name: 'row groups that are none', bytes: fileOf(encodeStruct([4, list('i32', [i32(1)])])) },
    {
      name: 'rows that are no number',
      bytes: fileOf(encodeStruct([4, list('struct', [struct([3, binary('x')])])])),
    },
    { name: 'rows below none', bytes: fileOf(encodeStruct([4, list('struct', [struct([3, i64(-1)])])])) },
  ];
  for (const { name, bytes } of broken) {
    it(`refuses ${name}`, async () => {
      await using folder = await temporaryFolder();
      const file = path.join(folder.path, 'a.parquet');
      await writeFile(file, bytes);
      await assert.rejects(readFooter(file), (error: unknown) => {
        assert.ok(error instanceof SourceError);
        assert.match(error.message, /^cannot read a file of the snapshot: /);
        return true;
      });
    });
  }

  it('is never anything but read or refused, whatever its bytes are', () => {
    check(
      property(uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeStruct(bytes);
        } catch (error) {
          assert.ok(error instanceof ThriftError);
        }
      }),
    );
    // Lists in lists without end, and one that says it has more than there is.
    for (const bytes of [
      Buffer.alloc(100_000, 0x19),
      Buffer.from([0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ]) {
      assert.throws(() => decodeStruct(bytes), ThriftError);
    }
  });
});
