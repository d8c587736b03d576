import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  columnsOf,
  parseTableText,
  partitionScheme,
  partitionTexts,
  printTableText,
  withoutDirectories,
  withPartitions,
} from '../../../src/source/mysql/table-text.ts';
import { assertFails } from '../../conformance/source/support.ts';

const odd = `CREATE TABLE \`a\`\`b.c\` (
  \`id\` int(11) NOT NULL AUTO_INCREMENT,
  \`x y\` varchar(10) DEFAULT 'it''s \\n (,)' COMMENT 'c,\\n)',
  \`g\` int(11) GENERATED ALWAYS AS (\`id\` + 1) VIRTUAL INVISIBLE,
  \`as\` varchar(20) DEFAULT concat('a',' as (b)
c'),
  \`s\` timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE,
  \`n\` int /*!80023 INVISIBLE */,
  PRIMARY KEY (\`id\`,\`x y\`(5)),
  UNIQUE KEY \`u\` (\`x y\`(5) DESC),
  KEY \`k,\` (\`g\`) USING BTREE COMMENT 'kk',
  FULLTEXT KEY \`ft\` (\`x y\`),
  PERIOD FOR SYSTEM_TIME (\`s\`, \`e\`),
  CONSTRAINT \`fk\` FOREIGN KEY (\`g\`) REFERENCES \`p\` (\`id\`),
  CONSTRAINT \`c2\` CHECK (\`x y\` <> 'q)')
) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=latin1 DATA DIRECTORY='/some/where/' COMMENT='x) PARTITION BY'`;

const partitioned = `CREATE TABLE \`p\` (
  \`id\` int NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
/*!50100 PARTITION BY RANGE (year(\`d\`))
SUBPARTITION BY HASH (\`id\`)
(PARTITION \`p 0\` VALUES LESS THAN (2000) DATA DIRECTORY = '/x' COMMENT = 'a, (b' ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE
 (SUBPARTITION s0 ENGINE = InnoDB,
  SUBPARTITION s1 ENGINE = InnoDB)) */`;

describe('the text of a table', () => {
  it('is cut into its pieces', () => {
    const table = parseTableText(odd);
    assert.equal(table.name, 'a`b.c');
    assert.deepEqual(
      table.items.map((item) => [item.kind, 'name' in item ? item.name : '']),
      [
        ['column', 'id'],
        ['column', 'x y'],
        ['column', 'g'],
        ['column', 'as'],
        ['column', 's'],
        ['column', 'n'],
        ['primary', ''],
        ['key', 'u'],
        ['key', 'k,'],
        ['key', 'ft'],
        ['other', ''],
        ['foreign', 'fk'],
        ['other', ''],
      ],
    );
    const columns = columnsOf(table);
    assert.deepEqual(
      columns.flatMap((column) => (column.isGenerated ? [column.name] : [])),
      ['g'],
    );
    assert.deepEqual(
      columns.flatMap((column) => (column.isAutoIncrement ? [column.name] : [])),
      ['id'],
    );
    assert.deepEqual(table.items[6], {
      kind: 'primary',
      text: 'PRIMARY KEY (`id`,`x y`(5))',
      columns: ['id', 'x y'],
    });
    assert.equal(table.partitioning, '');
  });

  it('is put together as it was, under another name', () => {
    assert.equal(printTableText(parseTableText(odd), '`a``b.c`'), odd);
    const printed = printTableText(parseTableText(partitioned), '`q`');
    const opened = partitioned.replace('`p`', '`q`').replace('/*!50100 ', '').replace(' */', '');
    assert.equal(printed.replaceAll(/\s+/g, ' '), opened.replaceAll(/\s+/g, ' '));
  });

  it('can lose its folders', () => {
    assert.equal(
      withoutDirectories(parseTableText(odd)).options,
      "ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=latin1  COMMENT='x) PARTITION BY'",
    );
    assert.match(
      withoutDirectories(parseTableText(partitioned)).partitioning,
      /\(2000\) {2}COMMENT = 'a, \(b'/,
    );
  });

  it('knows its partitions, and can keep some of them', () => {
    const table = parseTableText(partitioned);
    assert.deepEqual(
      partitionTexts(table).map(({ name }) => name),
      ['p 0', 'p1'],
    );
    assert.equal(partitionScheme(table), 'PARTITION BY RANGE (year(`d`))\nSUBPARTITION BY HASH (`id`)');
    const kept = withPartitions(table, (name) => name === 'p1').partitioning;
    assert.match(kept, /`id`\)\n\(PARTITION p1 VALUES LESS THAN MAXVALUE\n/);
    assert.ok(kept.endsWith('s1 ENGINE = InnoDB))'), kept);
  });

  it('knows how its partitions are made where MySQL has a comment inside', () => {
    const byKey = `CREATE TABLE \`k\` (
  \`a\` int NOT NULL
) ENGINE=InnoDB
/*!50100 PARTITION BY KEY */ /*!50611 ALGORITHM = 1 */ /*!50100 (a)
PARTITIONS 3 */`;
    assert.equal(
      parseTableText(byKey).partitioning.replaceAll(/\s+/g, ' '),
      'PARTITION BY KEY ALGORITHM = 1 (a) PARTITIONS 3',
    );
  });

  it('is refused when it is none', async () => {
    const parse = async (): Promise<unknown> => Promise.resolve(parseTableText('CREATE VIEW v AS SELECT 1'));
    await assertFails('failed', parse());
  });
});
