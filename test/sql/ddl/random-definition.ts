import * as fc from 'fast-check';
import type {
  ColumnDefinition,
  DataType,
  KeyDefinition,
  PartitionDefinition,
  Partitioning,
  PartitionValue,
  TableDefinition,
  TableOptions,
} from '../../../src/sql/ddl/definition.ts';
import { quoteName, quoteText } from '../../../src/sql/quote.ts';
import { sortKeys } from '../../../src/sql/ddl/settle.ts';

/** Any text a comment or value may be, with the characters that quoting must mind. */
const text = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.oneof(
    fc.constantFrom('`', "'", '"', '\\', '\n', ' ', '%', '\0'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
});

/** No name holds NUL. */
const nameText = text.map((value) => value.replaceAll('\0', '0'));

function uniqueNames(min: number, max: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(nameText, { minLength: min, maxLength: max, selector: (name) => name.toLowerCase() });
}

function plain(name: string, ...given: number[]): DataType {
  return { name, arguments: given, unsigned: false, zerofill: false, values: [], elements: [] };
}

/** Optional properties that are undefined are left out, as the parser leaves them out. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

const members = fc.uniqueArray(
  text.map((value) => value.replace(/ +$/, 'x')),
  { minLength: 1, maxLength: 4 },
);

const mysqlType: fc.Arbitrary<DataType> = fc.oneof(
  fc
    .constantFrom('TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT')
    .chain((name) => fc.boolean().map((unsigned) => ({ ...plain(name), unsigned }))),
  fc.constantFrom(
    plain('TINYINT', 1),
    { ...plain('INT', 4), unsigned: true, zerofill: true },
    plain('DECIMAL', 10, 2),
    plain('FLOAT'),
    plain('DOUBLE'),
    plain('BIT', 8),
    plain('DATE'),
    plain('TIME', 3),
    plain('DATETIME', 6),
    plain('TIMESTAMP'),
    plain('YEAR'),
    plain('CHAR', 1),
    plain('TEXT'),
    plain('LONGBLOB'),
    plain('VARBINARY', 9),
    plain('JSON'),
    plain('POINT'),
    { ...plain('VARCHAR', 20), characterSet: 'utf8mb4', collation: 'utf8mb4_bin' },
    { ...plain('VARCHAR', 20), characterSet: 'latin1' },
  ),
  fc.integer({ min: 1, max: 500 }).map((length) => plain('VARCHAR', length)),
  fc.constantFrom('ENUM', 'SET').chain((name) => members.map((values) => ({ ...plain(name), values }))),
);

const starRocksType: fc.Arbitrary<DataType> = fc.oneof(
  mysqlType,
  fc.constantFrom(
    plain('BOOLEAN'),
    plain('LARGEINT'),
    plain('STRING'),
    { ...plain('ARRAY'), elements: [{ ...plain('ARRAY'), elements: [plain('INT')] }] },
    { ...plain('MAP'), elements: [plain('VARCHAR', 5), { ...plain('ARRAY'), elements: [plain('BOOLEAN')] }] },
    { ...plain('STRUCT'), elements: [plain('INT'), plain('DATE')], fieldNames: ['a', 'select'] },
  ),
);

function column(name: string, types: fc.Arbitrary<DataType>): fc.Arbitrary<ColumnDefinition> {
  return fc
    .record({
      type: types,
      nullable: fc.boolean(),
      literal: fc.option(text),
      now: fc.boolean(),
      generated: fc.boolean(),
      invisible: fc.boolean(),
      comment: fc.option(text, { nil: undefined }),
      srid: fc.option(fc.nat(5_000), { nil: undefined }),
    })
    .map((from) => {
      const generated = from.generated ? { expression: { text: '`a` + (1)' }, stored: from.now } : undefined;
      return compact<ColumnDefinition>({
        name,
        type: from.type,
        nullable: from.nullable,
        ...(generated === undefined ? valuesOf(from) : { generated }),
        autoIncrement: false,
        isKey: false,
        invisible: from.invisible,
        ...(from.comment === undefined ? {} : { comment: from.comment }),
        ...(from.type.name === 'POINT' && from.srid !== undefined ? { srid: from.srid } : {}),
      });
    });
}

/** DEFAULT and ON UPDATE that suit the type. */
function valuesOf(from: {
  type: DataType;
  literal: string | null;
  now: boolean;
}): Pick<ColumnDefinition, 'default' | 'onUpdate'> {
  if (from.literal === null) return {};
  if (from.type.name === 'TIMESTAMP') {
    const now = { text: 'CURRENT_TIMESTAMP' };
    return from.now ? { default: now, onUpdate: now } : { default: now };
  }
  if (from.type.name === 'BIT') return { default: { text: "b'101'" } };
  if (from.type.name === 'VARCHAR') return { default: { text: quoteText(from.literal) } };
  return from.now ? { default: { text: '(1 + (2))' } } : {};
}

function key(name: string, columns: readonly string[]): fc.Arbitrary<KeyDefinition> {
  const part = fc
    .record({
      column: fc.constantFrom(...columns),
      prefixLength: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
      descending: fc.boolean(),
    })
    .map((made) => compact(made));
  return fc
    .record({
      kind: fc.constantFrom('UNIQUE', 'INDEX', 'FULLTEXT'),
      parts: fc.array(part, { minLength: 1, maxLength: 3 }),
      method: fc.option(fc.constantFrom('BTREE', 'HASH'), { nil: undefined }),
      comment: fc.option(text, { nil: undefined }),
      other: fc.option(
        fc.constantFrom(
          [['KEY_BLOCK_SIZE', '8'] as const, ['INVISIBLE', ''] as const],
          [['WITH PARSER', 'ngram'] as const],
        ),
        { nil: undefined },
      ),
    })
    .map((made) => compact<KeyDefinition>({ ...made, name } as KeyDefinition));
}

function literalOf(value: string | number): PartitionValue {
  return { kind: 'literal', text: typeof value === 'number' ? String(value) : quoteText(value) };
}

const bound: fc.Arbitrary<PartitionValue> = fc.oneof(
  fc.integer().map((value) => literalOf(value)),
  text.map((value) => literalOf(value)),
  fc.constant<PartitionValue>({ kind: 'max' }),
  fc.constant<PartitionValue>({ kind: 'null' }),
);

function partitions(
  bounds: fc.Arbitrary<PartitionDefinition['bounds']>,
  withProperties: boolean,
): fc.Arbitrary<PartitionDefinition[]> {
  return uniqueNames(1, 3).chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({ bounds, comment: fc.option(text, { nil: undefined }), value: fc.option(text) })
          .map((made) =>
            compact<PartitionDefinition>({
              name,
              bounds: made.bounds,
              ...(made.comment === undefined ? {} : { comment: made.comment }),
              properties: withProperties && made.value !== null ? [['k', made.value]] : [],
            }),
          ),
      ),
    ),
  );
}

function lessThan(width: number): fc.Arbitrary<PartitionDefinition['bounds']> {
  return fc
    .array(bound, { minLength: width, maxLength: width })
    .map((values) => ({ kind: 'less_than', values }));
}

function inRows(width: number): fc.Arbitrary<PartitionDefinition['bounds']> {
  const row = fc.array(bound, { minLength: width, maxLength: width });
  return fc.array(row, { minLength: 1, maxLength: 3 }).map((rows) => ({ kind: 'in', rows }));
}

function fixed(width: number): fc.Arbitrary<PartitionDefinition['bounds']> {
  const values = fc.array(bound, { minLength: width, maxLength: width });
  return fc.record({ lower: values, upper: values }).map((made) => ({ kind: 'fixed', ...made }));
}

function mysqlPartitioning(columns: readonly string[]): fc.Arbitrary<Partitioning> {
  const by = columns.slice(0, 2);
  const expression = { text: `year(${quoteName(columns[0] ?? '')})` };
  const count = fc.integer({ min: 1, max: 9 });
  return fc.oneof(
    count.map((number): Partitioning => ({
      kind: 'HASH',
      spelling: 'LINEAR HASH',
      columns: [],
      expression,
      partitions: [],
      count: number,
    })),
    count.map((number): Partitioning => ({
      kind: 'KEY',
      spelling: 'KEY',
      columns: by,
      partitions: [],
      count: number,
    })),
    partitions(lessThan(1), false).map((made): Partitioning => ({
      kind: 'RANGE',
      spelling: 'RANGE',
      columns: [],
      expression,
      partitions: made,
    })),
    partitions(lessThan(by.length), false).map((made): Partitioning => ({
      kind: 'RANGE',
      spelling: 'RANGE COLUMNS',
      columns: by,
      partitions: made,
    })),
    partitions(inRows(1), false).map((made): Partitioning => ({
      kind: 'LIST',
      spelling: 'LIST',
      columns: [],
      expression,
      partitions: made,
    })),
    partitions(inRows(by.length), false).map((made): Partitioning => ({
      kind: 'LIST',
      spelling: 'LIST COLUMNS',
      columns: by,
      partitions: made,
    })),
  );
}

function starRocksPartitioning(columns: readonly string[]): fc.Arbitrary<Partitioning> {
  const by = columns.slice(0, 2);
  return fc.oneof(
    partitions(lessThan(by.length), true).map((made): Partitioning => ({
      kind: 'RANGE',
      spelling: 'RANGE',
      columns: by,
      partitions: made,
    })),
    partitions(fixed(by.length), true).map((made): Partitioning => ({
      kind: 'RANGE',
      spelling: 'RANGE',
      columns: by,
      partitions: made,
    })),
    partitions(inRows(by.length), true).map((made): Partitioning => ({
      kind: 'LIST',
      spelling: 'LIST',
      columns: by,
      partitions: made,
    })),
    fc.constant<Partitioning>({
      kind: 'EXPRESSION',
      spelling: 'EXPRESSION',
      columns: [...by],
      partitions: [],
    }),
    fc.constant<Partitioning>({
      kind: 'EXPRESSION',
      spelling: 'EXPRESSION',
      columns: [],
      expression: { text: "date_trunc('day', d), s" },
      partitions: [],
    }),
  );
}

const options: fc.Arbitrary<TableOptions> = fc
  .record({
    engine: fc.option(fc.constantFrom('InnoDB', 'MyISAM'), { nil: undefined }),
    autoIncrement: fc.option(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), { nil: undefined }),
    characters: fc.constantFrom(
      {},
      { characterSet: 'latin1' },
      { characterSet: 'utf8mb4', collation: 'utf8mb4_bin' },
    ),
    comment: fc.option(text, { nil: undefined }),
    other: fc.constantFrom<TableOptions['other'][]>(
      [],
      [
        ['ROW_FORMAT', 'DYNAMIC'],
        ['STATS_PERSISTENT', '1'],
      ],
      [['COMPRESSION', "'zlib'"]],
    ),
  })
  .map(({ characters, other, ...rest }) =>
    compact<TableOptions>({ ...rest, ...characters, other } as TableOptions),
  );

function base(types: fc.Arbitrary<DataType>): fc.Arbitrary<TableDefinition> {
  return fc
    .tuple(nameText, uniqueNames(1, 5), uniqueNames(0, 3), uniqueNames(0, 2))
    .chain(([name, columns, keys, others]) =>
      fc
        .record({
          columns: fc.tuple(...columns.map((each) => column(each, types))),
          keys: fc.tuple(...keys.map((each) => key(each, columns))),
          options,
        })
        .map((made): TableDefinition => ({
          name,
          columns: made.columns,
          keys: sortKeys(made.keys, made.columns),
          foreignKeys: others.map((other) => ({
            name: other,
            columns: columns.slice(0, 1),
            referencedTable: other,
            referencedColumns: ['x', 'y`'],
            onDelete: 'SET NULL',
          })),
          checks: others.map((other, index) => ({
            name: other,
            expression: { text: `(${quoteName(other)} > 1)` },
            enforced: index === 0,
          })),
          properties: [],
          options: made.options,
        })),
    );
}

/** A table in MySQL's SQL, in the form in which the parser gives one. It need not make sense. */
export const mysqlTable: fc.Arbitrary<TableDefinition> = base(mysqlType).chain((table) => {
  const names = table.columns.map((each) => each.name);
  return fc
    .record({
      hasPrimary: fc.boolean(),
      partitioning: fc.option(mysqlPartitioning(names), { nil: undefined }),
    })
    .map(({ hasPrimary, partitioning }) => {
      const columns = table.columns.map((each, index) =>
        hasPrimary && index === 0 ? { ...each, nullable: false } : each,
      );
      return compact<TableDefinition>({
        ...table,
        columns,
        keys: sortKeys(table.keys, columns),
        ...(hasPrimary
          ? {
              primaryKey: {
                kind: 'PRIMARY',
                name: 'PRIMARY',
                parts: [{ column: names[0] ?? '', descending: false }],
              },
            }
          : {}),
        ...(partitioning === undefined ? {} : { partitioning }),
      });
    });
});

/** A table in StarRocks' SQL. */
export const starRocksTable: fc.Arbitrary<TableDefinition> = base(starRocksType).chain((table) => {
  const names = table.columns.map((each) => each.name);
  return fc
    .record({
      kind: fc.constantFrom('DUPLICATE', 'AGGREGATE', 'UNIQUE', 'PRIMARY'),
      partitioning: fc.option(starRocksPartitioning(names), { nil: undefined }),
      buckets: fc.option(fc.nat(99), { nil: undefined }),
      orderBy: fc.boolean(),
      properties: fc.array(fc.tuple(text, text), { maxLength: 3 }),
    })
    .map((from) => {
      const columns = table.columns.map((each, index) => ({
        ...each,
        nullable: index === 0 && from.kind === 'PRIMARY' ? false : each.nullable,
        isKey: index === 0,
        ...(index > 0 && from.kind === 'AGGREGATE' ? { aggregate: 'REPLACE' } : {}),
      }));
      return compact<TableDefinition>({
        ...table,
        columns,
        keys: sortKeys(table.keys, columns),
        model: { kind: from.kind, columns: names.slice(0, 1) } as NonNullable<TableDefinition['model']>,
        ...(from.partitioning === undefined ? {} : { partitioning: from.partitioning }),
        distribution: compact({
          kind: 'HASH' as const,
          columns: names.slice(0, 1),
          buckets: from.buckets,
        }) as NonNullable<TableDefinition['distribution']>,
        ...(from.orderBy ? { orderBy: names.slice(0, 2) } : {}),
        properties: from.properties,
      });
    });
});
