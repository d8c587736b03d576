import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createConnection } from 'mysql2';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

describe('a session', () => {
  let server: ServerProcess;
  let connection: Connection;
  before(async () => {
    server = await ServerProcess.start();
    connection = await server.connect({ multipleStatements: true });
    await connection.query('CREATE DATABASE d');
  });
  after(async () => {
    await connection.end();
    assert.equal(await server.stop(), 0);
  });

  /** The rows of a statement as arrays of texts. */
  const ask = async (sql: string, values?: readonly unknown[]): Promise<readonly unknown[]> => {
    const options = { sql, rowsAsArray: true };
    const [rows] = await (values === undefined
      ? connection.query<RowDataPacket[][]>(options)
      : connection.execute<RowDataPacket[][]>(options, values as string[]));
    return rows.map((row) => Object.values(row).map(String));
  };
  const names = async (sql: string, values: readonly unknown[]): Promise<readonly string[]> => {
    const [, fields] = await connection.execute(sql, values as string[]);
    return fields.map((field) => field.name);
  };
  const fails = async (sql: string, errno: number): Promise<void> => {
    await assert.rejects(connection.query(sql), (error) => {
      assert.ok(error instanceof Error && 'errno' in error);
      assert.equal(error.errno, errno, `${sql}: ${error.message}`);
      return true;
    });
  };

  /** True while a connection runs a statement with this text. */
  const listed = async (text: string): Promise<boolean> =>
    (await ask('SHOW FULL PROCESSLIST')).some((each) => String(each).includes(text));

  before(async () => {
    await connection.query('USE d; CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20))');
    await connection.query("INSERT INTO t (v) VALUES ('a'), ('b'), ('c')");
  });

  it('counts what statements did', async () => {
    await connection.query("INSERT INTO t (v) VALUES ('d'), ('e')");
    assert.deepEqual(await ask('SELECT LAST_INSERT_ID(), ROW_COUNT()'), [['4', '2']]);
    assert.deepEqual(await ask('SELECT ROW_COUNT()'), [['-1']]);
    await connection.query('SELECT SQL_CALC_FOUND_ROWS id FROM t LIMIT 1');
    assert.deepEqual(await ask('SELECT FOUND_ROWS()'), [['5']]);
    await connection.query("INSERT IGNORE INTO t VALUES (1, 'x')");
    assert.deepEqual(await ask('SELECT @@warning_count'), [['1']]);
    await connection.query('DELETE FROM t WHERE id > 3');
  });

  it('keeps user variables, and takes them from SELECT … INTO', async () => {
    await connection.query("SET @a := 5, @b = 'x'");
    await connection.query('SELECT COUNT(*), MAX(v) INTO @n, @v FROM t');
    assert.deepEqual(await ask('SELECT @a + 1, @b, @nobody, @n, @v'), [['6', 'x', 'null', '3', 'c']]);
  });

  it('prepares statements in SQL', async () => {
    await connection.query("PREPARE p FROM 'SELECT id FROM t WHERE v > ? ORDER BY id LIMIT ?'");
    await connection.query("SET @from = 'a', @count = 1");
    assert.deepEqual(await ask('EXECUTE p USING @from, @count'), [['2']]);
    await connection.query('DEALLOCATE PREPARE p');
    await fails('EXECUTE p USING @from, @count', 1243);
  });

  it('names columns as the statement was written, not by its values', async () => {
    assert.deepEqual(await names("SELECT ? + 1, UPPER(?), 'text', ? AS c", [1, 'x', 2]), [
      '? + 1',
      'UPPER(?)',
      'text',
      'c',
    ]);
  });

  for (const [count, offset] of [
    [2, 1],
    ['2', '1'],
  ]) {
    it(`takes LIMIT ${JSON.stringify(count)} as a value`, async () => {
      assert.deepEqual(await ask('SELECT id FROM t ORDER BY id LIMIT ? OFFSET ?', [count, offset]), [
        ['2'],
        ['3'],
      ]);
    });
  }

  it('goes on with its transaction after an error, and ends it as told', async () => {
    await connection.query("BEGIN; INSERT INTO t VALUES (10, 'x')");
    await fails("INSERT INTO t VALUES (1, 'twice')", 1062);
    assert.deepEqual(await ask('SELECT COUNT(*) FROM t'), [['4']]);
    await connection.query('ROLLBACK');
    assert.deepEqual(await ask('SELECT COUNT(*) FROM t'), [['3']]);
  });

  it('checks what SET is given', async () => {
    await fails("SET time_zone = 'Mars/Base'", 1298);
    await fails("SET sql_mode = 'nonsense'", 1231);
    await connection.query("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES,STRICT_TRANS_TABLES')");
    assert.deepEqual(await ask('SELECT "id" FROM t WHERE id = 1'), [['1']]);
    await connection.query('SET sql_mode = DEFAULT');
  });

  it('looks after tables', async () => {
    assert.deepEqual(await ask('CHECK TABLE t'), [['d.t', 'check', 'status', 'OK']]);
    await connection.query('DO SLEEP(0)');
    await fails('CALL nobody()', 1305);
  });

  it('is told its cipher', async () => {
    assert.deepEqual(await ask("SHOW STATUS LIKE 'Ssl_cipher'"), [['Ssl_cipher', '']]);
    const secure = await server.connect({ ssl: { rejectUnauthorized: false } });
    const [[row]] = await secure.query<RowDataPacket[]>("SHOW STATUS LIKE 'Ssl_version'");
    await secure.end();
    assert.match(String(row?.['Value']), /^TLSv1\.[23]$/);
  });

  it('is as new after COM_RESET_CONNECTION and COM_CHANGE_USER', async () => {
    const other = await server.connect({ database: 'd' });
    const facts = async (): Promise<RowDataPacket[]> => {
      const [rows] = await other.query<RowDataPacket[]>(
        'SELECT @x AS x, @@autocommit AS a, DATABASE() AS d, @@sql_mode AS m',
      );
      return rows;
    };
    const before = await facts();
    for (const renew of [async () => other.reset(), async () => other.changeUser({ database: 'd' })]) {
      await other.query('SET @x = 1');
      await other.query("SET autocommit = 0, sql_mode = ''");
      await other.query("INSERT INTO t (v) VALUES ('lost')");
      await renew();
      assert.deepEqual(await facts(), before);
    }
    await other.end();
    assert.deepEqual(await ask("SELECT COUNT(*) FROM t WHERE v = 'lost'"), [['0']]);
  });

  it('that is killed in its sleep wakes with an error and goes on', async () => {
    const sleeper = await server.connect();
    const [[row]] = await sleeper.query<RowDataPacket[]>('SELECT CONNECTION_ID() AS id');
    const asleep = assert.rejects(sleeper.query('SELECT SLEEP(60)'), { errno: 1317 });
    await until('the sleep is listed', async () => (await listed('SLEEP(60)')) || undefined);
    await connection.query(`KILL QUERY ${row?.['id']}`);
    await asleep;
    await sleeper.query('SELECT 1');
    await sleeper.end();
  });

  it('whose client has gone away stops its statement', async () => {
    await connection.query('CREATE TABLE n (n INT)');
    await connection.query(
      `INSERT INTO n VALUES ${Array.from({ length: 20_000 }, (_, index) => `(${index})`).join()}`,
    );
    const gone = await server.connect({ database: 'd' });
    gone.query('SELECT COUNT(*) FROM n a, n b, n c WHERE a.n + b.n + c.n = 1').catch(() => undefined);
    await until('the statement is listed', async () => (await listed('n a, n b')) || undefined);
    gone.destroy();
    await until('it has ended', async () => !(await listed('n a, n b')) || undefined);
  });

  it('reads a million rows', async () => {
    await connection.query('CREATE TABLE m (id INT PRIMARY KEY, s VARCHAR(20))');
    await connection.query(
      "INSERT INTO m SELECT a.n * 1000 + b.n, CONCAT('row ', a.n) FROM n a, n b WHERE a.n < 1000 AND b.n < 1000",
    );
    const streaming = createConnection({ host: '127.0.0.1', port: server.port, user: 'root', database: 'd' });
    let sum = 0;
    for await (const row of streaming.query('SELECT id FROM m').stream()) sum += (row as { id: number }).id;
    streaming.destroy();
    assert.equal(sum, (999_999 * 1_000_000) / 2);
  });
});
