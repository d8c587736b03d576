import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeText } from '../../src/base/text.ts';
import { World } from './world.ts';

/** A statement as it comes from the wire: `\xff` stands for the byte FF, which is no UTF-8. */
function raw(text: string): string {
  const bytes = text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return decodeText(Buffer.from(bytes, 'latin1'));
}

describe('literals with bytes that are no text', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('USE d');
    await world.run('CREATE TABLE t (id INT PRIMARY KEY, b VARBINARY(50), s VARCHAR(50), l LONGBLOB)');
  });
  after(() => world[Symbol.asyncDispose]());

  /** Expected values are MariaDB 10.11's. */
  const expressions: readonly (readonly [string, string])[] = [
    [String.raw`hex(_binary'\x00\x01\xff')`, '0001FF'],
    [String.raw`hex('\x01\xff')`, '01FF'],
    [String.raw`hex(_binary'\x01\xc3\xa4')`, '01C3A4'],
    [String.raw`length(_binary'\x00\xff')`, '2'],
    [String.raw`hex(concat(_binary'\xff', 'a'))`, 'FF61'],
    [String.raw`hex(ifnull(NULL, _binary'\xff'))`, 'FF'],
    [String.raw`hex(CASE WHEN 1 THEN _binary'\xfe' END)`, 'FE'],
    [String.raw`hex(if(1, '\xff', ''))`, 'FF'],
    [String.raw`_binary'\xff' = '\xff'`, '1'],
    [String.raw`md5('\xff')`, '00594fd4f42ba43fc1ca0427a0576295'],
    [String.raw`md5('grün')`.replace('ü', String.raw`\xc3\xbc`), '7b934a60ddc07b8f5b1134c03430bba6'],
    [String.raw`sha1('\xff')`, '85e53271e14006f0265921d02d4d736cdc580b0b'],
    [String.raw`crc32('\xff')`, '4278190080'],
    [String.raw`crc32('abc')`, '891568578'],
  ];
  for (const [expression, expected] of expressions) {
    it(`keep them in ${expression}`, async () => {
      assert.deepEqual(await world.rows(raw(`SELECT ${expression}`)), [[expected]]);
    });
  }

  const writes: readonly (readonly [string, string, string])[] = [
    ['VALUES', String.raw`INSERT INTO t (id, b) VALUES (1, 'a\xff\x00\xfe')`, '61FF00FE'],
    ['VALUES with _binary', String.raw`INSERT INTO t (id, b) VALUES (1, _binary'\xff')`, 'FF'],
    ['a computed value', String.raw`INSERT INTO t (id, b) VALUES (1, concat('x', '\xff'))`, '78FF'],
    ['INSERT … SELECT', String.raw`INSERT INTO t (id, b) SELECT 1, '\xff\xfe'`, 'FFFE'],
    ['REPLACE', String.raw`REPLACE INTO t (id, b) VALUES (1, '\xe4')`, 'E4'],
  ];
  for (const [name, sql, expected] of writes) {
    it(`reach a column of bytes through ${name}`, async () => {
      await world.run('DELETE FROM t');
      await world.run(raw(sql));
      assert.deepEqual(await world.rows('SELECT hex(b) FROM t'), [[expected]]);
      await world.run(raw(String.raw`UPDATE t SET l = '\xfe\xff' WHERE id = 1`));
      await world.run(raw(String.raw`INSERT INTO t (id) VALUES (1) ON DUPLICATE KEY UPDATE b = '\x80\x81'`));
      assert.deepEqual(await world.rows('SELECT hex(b), hex(l) FROM t'), [['8081', 'FEFF']]);
      assert.deepEqual(await world.rows(raw(String.raw`SELECT id FROM t WHERE l = '\xfe\xff'`)), [['1']]);
    });
  }

  for (const value of [String.raw`'\xe4'`, String.raw`_binary'\xe4'`]) {
    it(`are refused by a column of text: ${value}`, () =>
      world.refuses(
        raw(`INSERT INTO t (id, s) VALUES (9, ${value})`),
        'incorrect_value',
        /^Incorrect string value for column 's'$/,
      ));
  }

  it('are shown in the name of a column as MariaDB shows them', async () => {
    assert.deepEqual(
      await world.names(raw(String.raw`SELECT _binary'a\x00\xffb', 'ä'`.replace('ä', String.raw`\xc3\xa4`))),
      [String.raw`a\x00\xFFb`, 'ä'],
    );
  });

  it('are no part of a quoted name', () =>
    world.refuses(raw('SELECT 1 AS `a\\x00b`'), 'syntax', /NUL in a quoted name/));
});
