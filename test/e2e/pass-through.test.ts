import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { clientKinds, type Pair, PassThroughWorld } from '../support/pass-through-world.ts';

const query = (sql: string): Buffer => Buffer.from(`\x03${sql}`);
const prepare = (sql: string): Buffer => Buffer.from(`\x16${sql}`);

/** COM_STMT_EXECUTE without parameters. */
function execute(statementId: number, flags = 0): Buffer {
  const payload = Buffer.alloc(10);
  payload.writeUInt8(0x17, 0);
  payload.writeUInt32LE(statementId, 1);
  payload.writeUInt8(flags, 5);
  payload.writeUInt32LE(1, 6);
  return payload;
}

/** COM_STMT_EXECUTE with one text parameter. */
function executeWith(statementId: number, value: string): Buffer {
  return Buffer.concat([execute(statementId), Buffer.of(0, 1, 0xfd, 0, value.length), Buffer.from(value)]);
}

function ofStatement(code: number, statementId: number, rest: Buffer = Buffer.alloc(0)): Buffer {
  const id = Buffer.alloc(4);
  id.writeUInt32LE(statementId);
  return Buffer.concat([Buffer.of(code), id, rest]);
}

const fetch = (statementId: number, rows: number): Buffer => {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(rows);
  return ofStatement(0x1c, statementId, count);
};

/** A difference of texts of millions of letters takes minutes to print. */
function shown(packet: string): string {
  return packet.length <= 10_000 ? packet : `${packet.length} letters, ${hash('sha256', packet)}`;
}

const allTypes = `CREATE TABLE types (
  a TINYINT, b TINYINT UNSIGNED, c SMALLINT, d MEDIUMINT, e INT UNSIGNED, f BIGINT, g BIGINT UNSIGNED,
  h DECIMAL(65,30), i FLOAT, j DOUBLE, k BIT(64), l BOOL, m DATE, n TIME(6), o DATETIME(6), p TIMESTAMP(3) NULL,
  q YEAR, r CHAR(10), s VARCHAR(200), t BINARY(4), u VARBINARY(100), v TINYTEXT, w TEXT, x MEDIUMTEXT, y LONGBLOB,
  z ENUM('x','y',''), aa SET('p','q'), bb JSON, cc GEOMETRY, dd INET6, ee UUID, ff CHAR(5) CHARACTER SET latin1)`;

const rows = [
  `(-128, 255, -32768, -8388608, 4294967295, -9223372036854775808, 18446744073709551615,
    '99999999999999999999999999999999999.999999999999999999999999999999', 1.5e-30, -1.7976931348623157e308,
    b'1000000000000000000000000000000000000000000000000000000000000001', 1, '9999-12-31', '-838:59:59.999999',
    '1000-01-01 00:00:00.000001', '2038-01-19 03:14:07.999', 2155, 'é', 'NULL', x'00ff', x'', '', 'x', '', x'00',
    'y', 'p,q', '{"a": [1, null]}', ST_GeomFromText('POINT(1 2)'), '::1', '123e4567-e89b-12d3-a456-426655440000', 'ü')`,
  `(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '0000-00-00', '00:00:00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', 0,
    '', '', '', '', '', '', '', '', '', '', '1', NULL, '::', '00000000-0000-0000-0000-000000000000', '')`,
  `(${Array.from({ length: 32 }, () => 'NULL').join(', ')})`,
];

for (const [kind, capabilities] of Object.entries(clientKinds)) {
  describe(
    `what passes to a client ${kind} is packet for packet what MariaDB says:`,
    { skip: mariadbSkipReason() },
    () => {
      let world: PassThroughWorld;
      let pair: Pair;
      before(async () => {
        world = await PassThroughWorld.open(
          "SET sql_mode = ''",
          allTypes,
          `INSERT INTO types VALUES ${rows.join(', ')}`,
          'CREATE TABLE numbers (n INT PRIMARY KEY) SELECT seq AS n FROM seq_1_to_5000',
          'CREATE TABLE money (id INT PRIMARY KEY, amount INT) ENGINE=InnoDB',
          'CREATE PROCEDURE three() BEGIN SELECT 1; SELECT 2, 3; UPDATE money SET amount = 1; END',
        );
        pair = await world.pair(capabilities);
      });
      after(async () => {
        pair[Symbol.dispose]();
        await world[Symbol.asyncDispose]();
      });

      async function same(...payloads: readonly Buffer[]): Promise<readonly string[]> {
        const { direct, through } = await pair.ask(...payloads);
        assert.deepEqual(through.map(shown), direct.map(shown));
        return direct;
      }

      it('every type as text', async () => {
        assert.ok((await same(query('SELECT * FROM types'))).length > 36);
      });

      it('every type as binary, with definitions of parameters and columns', async () => {
        await same(prepare('SELECT * FROM types WHERE ? IS NULL OR s <=> ?'));
        await same(ofStatement(0x19, 1));
        await same(prepare('SELECT * FROM types'), execute(2));
        await same(prepare('SELECT n, ? FROM numbers WHERE n < 3'), executeWith(3, 'x'));
        await same(ofStatement(0x18, 3, Buffer.from('\0\0long')), executeWith(3, ''));
        await same(ofStatement(0x1a, 3), ofStatement(0x19, 3));
        await same(prepare('INSERT INTO money VALUES (77, 7)'), execute(4), ofStatement(0x19, 4));
      });

      it('thousands of rows', async () => {
        assert.ok((await same(query('SELECT * FROM numbers'))).length > 5_000);
      });

      it('counts, ids, warnings and texts of OK', async () => {
        await same(query('CREATE TABLE counted (id INT AUTO_INCREMENT PRIMARY KEY, v TINYINT)'));
        await same(query("SET sql_mode = ''"));
        await same(query('INSERT INTO counted (v) VALUES (1), (2), (300)'));
        await same(query('SHOW WARNINGS'));
        await same(query('SELECT 1/0, CAST("x" AS SIGNED)'));
        await same(query('UPDATE counted SET v = 2'), query('SELECT ROW_COUNT(), LAST_INSERT_ID()'));
      });

      it('errors with number, SQLSTATE and text', async () => {
        for (const sql of [
          'SELEC 1',
          'SELECT nope',
          "SELECT * FROM gone WHERE a = '",
          'INSERT INTO money VALUES (1, 1), (1, 2)',
          "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 4711, MESSAGE_TEXT = 'näh'",
          'USE nowhere',
          'SET nope = 1',
          '/* unfinished',
        ]) {
          await same(query(sql));
        }
        await same(prepare('SELECT nope'));
        await same(query('SELECT * FROM types; SELEC 1; SELECT 3'));
      });

      it('flags of transactions', async () => {
        await same(
          query('BEGIN'),
          query('INSERT INTO money VALUES (100, 1)'),
          query('SELECT * FROM money'),
          query('ROLLBACK'),
        );
        await same(
          query('SET autocommit = 0'),
          query('SELECT amount FROM money'),
          query('COMMIT'),
          query('SET autocommit = 1'),
        );
      });

      it('several statements and several results', async () => {
        await same(query('SELECT 1; INSERT INTO money VALUES (200, 2); SELECT * FROM money; SET @a = 1'));
        await same(query('CALL three()'), query('CALL three(); SELECT 5'));
        await same(prepare('CALL three()'));
      });

      it('cursors', async () => {
        await same(prepare('SELECT n FROM numbers ORDER BY n LIMIT 5'));
        const prepared = 7; // Failed ones have numbers, too.
        const answer = await same(
          execute(prepared, 1),
          fetch(prepared, 2),
          fetch(prepared, 2),
          fetch(prepared, 2),
        );
        assert.doesNotMatch(answer.join('\n'), /Unknown prepared/);
        await same(ofStatement(0x1a, prepared), fetch(prepared, 1));
      });

      it('databases and columns asked for by commands', async () => {
        await same(
          Buffer.from('\x02mysql'),
          query('SELECT DATABASE()'),
          Buffer.from('\x02gone'),
          Buffer.from('\x02shop'),
        );
        await same(Buffer.from('\x04money\0%'), Buffer.from('\x04gone\0'));
      });

      it('values of 20 MB', async () => {
        await same(query("SELECT REPEAT('ab', 10 * 1024 * 1024), 'x'"));
      });

      it('bytes that are no UTF-8', async () => {
        await same(query('SET NAMES latin1'));
        await same(Buffer.from("\x03SELECT 'é', HEX('é')", 'latin1'));
        await same(query('SET NAMES utf8mb4'));
      });

      it('statements among those of Holdfast, in long texts and other character sets', async () => {
        const long = Buffer.from(`\x03SELECT LENGTH('${'a;'.repeat(40_000)}'); SHOW CATALOGS`);
        const answers = (await pair.through.ask(long)).map(({ payload }) => payload.toString('latin1'));
        assert.ok(answers.some((text) => text.includes('80000')));
        assert.ok(answers.some((text) => text.includes('default_catalog')));
        await pair.through.ask(query('SET NAMES latin1'));
        const mixed = await pair.through.ask(Buffer.from("\x03SELECT HEX('é'); SHOW CATALOGS", 'latin1'));
        assert.ok(mixed.some(({ payload }) => payload.toString('latin1').endsWith('E9')));
        await pair.through.ask(query('SET NAMES utf8mb4'));
      });

      it('session state after COM_RESET_CONNECTION', async () => {
        await same(query('SET @a = 1, sql_mode = "ANSI"'));
        await same(Buffer.of(0x1f), query('SELECT @a, @@sql_mode, DATABASE()'));
      });
    },
  );
}
