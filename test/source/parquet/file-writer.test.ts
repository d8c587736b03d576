import assert from 'node:assert/strict';
import { readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { ColumnWriter } from '../../../src/source/parquet/column-writer.ts';
import type { LogicalType, PhysicalType } from '../../../src/source/parquet/field.ts';
import { readFooter } from '../../../src/source/parquet/footer.ts';
import { type FileColumn, ParquetFileWriter } from '../../../src/source/parquet/file-writer.ts';
import { PageBuffers } from '../../../src/source/parquet/page-buffers.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Kind = Readonly<{
  type: string;
  physical: PhysicalType;
  logical: LogicalType;
  write: (writer: ColumnWriter) => void;
  text: string;
}>;

const bytes = (writer: ColumnWriter, value: string): void => {
  const data = Buffer.from(value);
  writer.appendBytes(data, 0, data.length);
};

/** Says that what was put into the columns is a row of so many bytes. */
const endRow = (writer: ParquetFileWriter, length: number): void => {
  writer.addRows({ lengths: Int32Array.of(length), rows: 1 }, () => {});
};

/** DuckDB's name of the type and of the value, for what is written. */
const kinds: readonly Kind[] = [
  {
    type: 'TINYINT',
    physical: 'INT32',
    logical: { kind: 'integer', bits: 8, signed: true },
    write: (w) => w.append32(-128),
    text: '-128',
  },
  {
    type: 'UTINYINT',
    physical: 'INT32',
    logical: { kind: 'integer', bits: 8, signed: false },
    write: (w) => w.append32(255),
    text: '255',
  },
  {
    type: 'SMALLINT',
    physical: 'INT32',
    logical: { kind: 'integer', bits: 16, signed: true },
    write: (w) => w.append32(-3),
    text: '-3',
  },
  {
    type: 'USMALLINT',
    physical: 'INT32',
    logical: { kind: 'integer', bits: 16, signed: false },
    write: (w) => w.append32(65535),
    text: '65535',
  },
  {
    type: 'INTEGER',
    physical: 'INT32',
    logical: { kind: 'integer', bits: 32, signed: true },
    write: (w) => w.append32(-1),
    text: '-1',
  },
  {
    type: 'UINTEGER',
    physical: 'INT32',
    logical: { kind: 'integer', bits: 32, signed: false },
    write: (w) => w.append32(-1),
    text: '4294967295',
  },
  {
    type: 'BIGINT',
    physical: 'INT64',
    logical: { kind: 'integer', bits: 64, signed: true },
    write: (w) => w.append64(0, -2_147_483_648),
    text: '-9223372036854775808',
  },
  {
    type: 'UBIGINT',
    physical: 'INT64',
    logical: { kind: 'integer', bits: 64, signed: false },
    write: (w) => w.append64(-1, -1),
    text: '18446744073709551615',
  },
  {
    type: 'DECIMAL(9,2)',
    physical: 'INT32',
    logical: { kind: 'decimal', precision: 9, scale: 2 },
    write: (w) => w.append32(-1234),
    text: '-12.34',
  },
  {
    type: 'DECIMAL(18,3)',
    physical: 'INT64',
    logical: { kind: 'decimal', precision: 18, scale: 3 },
    write: (w) => w.append64(1, 0),
    text: '0.001',
  },
  {
    type: 'DECIMAL(38,0)',
    physical: 'FIXED_16',
    logical: { kind: 'decimal', precision: 38, scale: 0 },
    write: (w) => w.appendFixed(new Uint8Array(16).fill(255), 0, 16),
    text: '-1',
  },
  {
    type: 'DATE',
    physical: 'INT32',
    logical: { kind: 'date' },
    write: (w) => w.append32(-1),
    text: '1969-12-31',
  },
  {
    type: 'TIME',
    physical: 'INT64',
    logical: { kind: 'time_micros' },
    write: (w) => w.append64(1, 0),
    text: '00:00:00.000001',
  },
  {
    type: 'TIMESTAMP',
    physical: 'INT64',
    logical: { kind: 'timestamp_micros' },
    write: (w) => w.append64(1, 0),
    text: '1970-01-01 00:00:00.000001',
  },
  {
    type: 'VARCHAR',
    physical: 'BYTE_ARRAY',
    logical: { kind: 'string' },
    write: (w) => bytes(w, 'größe'),
    text: 'größe',
  },
  {
    type: 'JSON',
    physical: 'BYTE_ARRAY',
    logical: { kind: 'json' },
    write: (w) => bytes(w, '{"a":1}'),
    text: '{"a":1}',
  },
  {
    type: 'BLOB',
    physical: 'BYTE_ARRAY',
    logical: { kind: 'none' },
    write: (w) => bytes(w, 'xyz'),
    text: 'xyz',
  },
];

describe('a Parquet file of ours', () => {
  it('is read by DuckDB with the types and values that were written', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    const columns = kinds.map(({ physical, logical }, index) => column(`c"${index}`, physical, logical));
    const writer = new ParquetFileWriter(file, columns);
    for (const [index, { write }] of kinds.entries()) {
      const own = columns[index]?.writer as ColumnWriter;
      write(own);
      own.appendNull();
    }
    endRow(writer, 0);
    endRow(writer, 0);
    writer.finish();
    const types = await query(`SELECT column_type FROM (DESCRIBE SELECT * FROM '${file}')`);
    assert.deepEqual(
      types.flat(),
      kinds.map(({ type }) => type),
    );
    const footer = await readFooter(file);
    assert.equal(footer.rows, 2);
    assert.deepEqual(
      [...(footer.columns ?? [])],
      kinds.map(({ type }, index) => [`c"${index}`, type]),
      'the footer alone says the same',
    );
    const list = kinds.map((_, index) => `CAST("c""${index}" AS VARCHAR)`).join(', ');
    assert.deepEqual(await query(`SELECT ${list} FROM '${file}'`), [
      kinds.map(({ text }) => text),
      kinds.map(() => null),
    ]);
  });

  it('has many pages and row groups of a long table, and the same bytes each time', async () => {
    await using folder = await temporaryFolder();
    const files = ['a', 'b'].map((name) => path.join(folder.path, `${name}.parquet`));
    const rows = 1_300_000;
    for (const file of files) {
      const columns = [
        column('n', 'INT32', { kind: 'integer', bits: 32, signed: true }),
        column('t', 'BYTE_ARRAY', { kind: 'string' }),
        column('sparse', 'BYTE_ARRAY', { kind: 'string' }, true),
        column('never', 'BYTE_ARRAY', { kind: 'string' }, true),
      ];
      const [n, t, sparse] = columns.map((each) => each.writer) as [ColumnWriter, ColumnWriter, ColumnWriter];
      const writer = new ParquetFileWriter(file, columns);
      for (let row = 0; row < rows; row += 1) {
        n.append32(row);
        if (row % 3 === 0) t.appendNull();
        else bytes(t, `row ${row}`);
        if (row === 1_200_000) {
          sparse.fillNulls(n.rows - 1);
          bytes(sparse, 'here');
        }
        endRow(writer, 10);
      }
      writer.finish();
    }
    const [a, b] = files as [string, string];
    assert.ok(readFileSync(a).equals(readFileSync(b)));
    assert.deepEqual(
      await query(
        `SELECT count(*)::INT, sum(n)::VARCHAR, count(t)::INT, sum(hash(t) = hash('row ' || n))::INT, max(sparse), count(sparse)::INT FROM '${a}'`,
      ),
      [[rows, String((rows * (rows - 1)) / 2), 866_666, 866_666, 'here', 1]],
    );
    assert.deepEqual(await query(`SELECT n FROM '${a}' WHERE sparse = 'here'`), [[1_200_000]]);
    assert.deepEqual((await query(`SELECT column_name FROM (DESCRIBE SELECT * FROM '${a}')`)).flat(), [
      'n',
      't',
      'sparse',
    ]);
    assert.deepEqual(await query(`SELECT count(DISTINCT row_group_id)::INT FROM parquet_metadata('${a}')`), [
      [2],
    ]);
  });

  it('ends row groups in the middle of rows that are added together', async () => {
    await using folder = await temporaryFolder();
    const [one, many] = ['a', 'b'].map((name) => path.join(folder.path, `${name}.parquet`)) as [
      string,
      string,
    ];
    const mebibyte = 1024 * 1024;
    const [step, rows] = [7, 210];
    for (const file of [one, many]) {
      const number = column('n', 'INT32', { kind: 'integer', bits: 32, signed: true });
      const writer = new ParquetFileWriter(file, [number]);
      const together = file === many ? step : 1;
      const lengths = new Int32Array(together).fill(mebibyte);
      for (let first = 0; first < rows; first += together) {
        writer.addRows({ lengths, rows: together }, (from, to) => {
          for (let row = from; row < to; row += 1) number.writer.append32(first + row);
        });
      }
      writer.finish();
    }
    assert.ok(readFileSync(one).equals(readFileSync(many)));
    const groups = `SELECT DISTINCT row_group_id::INT, row_group_num_rows::INT FROM parquet_metadata('${many}') ORDER BY 1`;
    assert.deepEqual(await query(groups), [
      [0, 64],
      [1, 64],
      [2, 64],
      [3, 18],
    ]);
    assert.equal((await readFooter(many)).rows, rows);
    assert.deepEqual(await query(`SELECT sum(n)::INT FROM '${many}'`), [[(rows * (rows - 1)) / 2]]);
  });

  it('compresses a column of more than half a KiB, and leaves a shorter one as it is', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    const [few, many] = ['few', 'many'].map((name) => column(name, 'BYTE_ARRAY', { kind: 'string' })) as [
      FileColumn,
      FileColumn,
    ];
    const writer = new ParquetFileWriter(file, [few, many]);
    bytes(few.writer, 'x'.repeat(500));
    bytes(many.writer, 'y'.repeat(513));
    endRow(writer, 0);
    writer.finish();
    assert.deepEqual(await query(`SELECT compression FROM parquet_metadata('${file}') ORDER BY column_id`), [
      ['UNCOMPRESSED'],
      ['ZSTD'],
    ]);
    assert.deepEqual(await query(`SELECT few, many FROM '${file}'`), [['x'.repeat(500), 'y'.repeat(513)]]);
  });

  it('holds a value larger than a page', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    const big = column('big', 'BYTE_ARRAY', { kind: 'none' });
    const writer = new ParquetFileWriter(file, [big]);
    const value = Buffer.alloc(20_000_000, 'abc');
    big.writer.appendBytes(value, 0, value.length);
    big.writer.appendBytes(value, 0, 0);
    endRow(writer, value.length);
    endRow(writer, 0);
    writer.finish();
    assert.deepEqual(await query(`SELECT octet_length(big)::INT FROM '${file}'`), [[20_000_000], [0]]);
  });

  it('without rows still has its columns', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    new ParquetFileWriter(file, [column('n', 'INT32', { kind: 'date' })]).finish();
    assert.deepEqual(await query(`SELECT n FROM '${file}'`), []);
  });

  it('is gone when it is abandoned, and never takes the place of another', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    const columns = [column('n', 'INT32', { kind: 'date' })];
    const writer = new ParquetFileWriter(file, columns);
    assert.throws(() => new ParquetFileWriter(file, columns), /EEXIST/);
    writer.abandon();
    assert.equal(existsSync(file), false);
  });
});

function column(name: string, physical: PhysicalType, logical: LogicalType, isSparse = false): FileColumn {
  return { field: { name, physical, logical }, writer: new ColumnWriter(new PageBuffers()), isSparse };
}

async function query(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
