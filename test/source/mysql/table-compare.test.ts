import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differenceOfTexts } from '../../../src/source/mysql/table-compare.ts';
import { parseTableText } from '../../../src/source/mysql/table-text.ts';

const options = 'ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci';
const ranges = (...parts: readonly string[]): string =>
  ` PARTITION BY RANGE (\`a\`)\n(${parts.join(',\n ')})`;
const p0 = 'PARTITION `p0` VALUES LESS THAN (10) ENGINE = InnoDB';
const p1 = 'PARTITION `p1` VALUES LESS THAN (20) ENGINE = InnoDB';

function table(items: string, tail = options): string {
  return `CREATE TABLE \`t\` (\n  ${items}\n) ${tail}`;
}

const base = '`a` int(11) NOT NULL,\n  `b` varchar(5) DEFAULT NULL,\n  PRIMARY KEY (`a`)';
const schema = 'Table t already exist but with different schema';

const cases: readonly Readonly<{
  name: string;
  existing: string;
  snapshot: string;
  partitions?: readonly string[];
  expected: string | undefined;
}>[] = [
  { name: 'the same', existing: table(base), snapshot: table(base), expected: undefined },
  {
    name: 'comments, widths of integers, options, CHECKs and foreign keys',
    existing: table(base),
    snapshot: table(
      "`A` int NOT NULL COMMENT 'x',\n `b` varchar(5) DEFAULT NULL,\n PRIMARY KEY (`a`),\n CONSTRAINT `c` CHECK (`a` > 0),\n CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`a`)",
      `${options} AUTO_INCREMENT=7 ROW_FORMAT=COMPRESSED COMMENT='y'`,
    ),
    expected: undefined,
  },
  {
    name: 'a column more',
    existing: table(base),
    snapshot: table(`\`z\` int,\n ${base}`),
    expected: `${schema}, errMsg: column count is inconsistent`,
  },
  {
    name: 'a key more',
    existing: table(base),
    snapshot: table(`${base},\n  KEY \`k\` (\`b\`)`),
    expected: `${schema}, errMsg: indexName is inconsistent`,
  },
  {
    name: 'a longer column',
    existing: table(base),
    snapshot: table(base.replace('varchar(5)', 'varchar(6)')),
    expected: `${schema}, column: b in existed table is different from the column in backup snapshot, column: b`,
  },
  {
    name: 'another collation of the table',
    existing: table(base),
    snapshot: table(base, options.replace('swedish', 'german1')),
    expected: `${schema}, column: b in existed table is different from the column in backup snapshot, column: b`,
  },
  {
    name: 'zerofill with another width',
    existing: table('`a` int(5) unsigned zerofill NOT NULL'),
    snapshot: table('`a` int(6) unsigned zerofill NOT NULL'),
    expected: `${schema}, column: a in existed table is different from the column in backup snapshot, column: a`,
  },
  {
    name: 'partitions on one side',
    existing: table(base),
    snapshot: table(base, options + ranges(p0)),
    expected: "Table's partition type is different",
  },
  {
    name: 'another partition key',
    existing: table(base, options + ranges(p0)),
    snapshot: table(base, options + ranges(p0).replace('(`a`)', '(`b`)')),
    expected: `${schema}, errMsg: partition columns is inconsistent`,
  },
  {
    name: 'a partition more or less',
    existing: table(base, options + ranges(p0)),
    snapshot: table(base, options + ranges(p0, p1)),
    expected: undefined,
  },
  {
    name: 'another bound',
    existing: table(base, options + ranges(p0, p1)),
    snapshot: table(base, options + ranges(p0, p1.replace('20', '30'))),
    expected: 'Partition p1 in table t has different range with partition in repository',
  },
  {
    name: 'another bound of a partition that is not asked for',
    existing: table(base, options + ranges(p0, p1)),
    snapshot: table(base, options + ranges(p0, p1.replace('20', '30'))),
    partitions: ['P0'],
    expected: undefined,
  },
  {
    name: 'a bound of the partition before',
    existing: table(base, options + ranges(p0, p1)),
    snapshot: table(base, options + ranges(p0.replace('10', '5'), p1)),
    partitions: ['p1'],
    expected: 'Partition p1 in table t has different range with partition in repository',
  },
];

describe('two tables', () => {
  for (const { name, existing, snapshot, partitions, expected } of cases) {
    it(`${expected === undefined ? 'are alike' : 'differ'}: ${name}`, () => {
      const of = { table: 't', ...(partitions !== undefined && { partitions }) };
      assert.equal(differenceOfTexts(parseTableText(existing), parseTableText(snapshot), of), expected);
    });
  }
});
