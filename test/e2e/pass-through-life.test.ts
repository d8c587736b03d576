import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { runProgram } from '../support/clients.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { createCatalog, Talker } from '../support/pass-through-world.ts';
import { findMariadbClient, findPythonWithPymysql, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { RawClient } from '../wire/support/raw-client.ts';

const client = findMariadbClient();
const python = findPythonWithPymysql();

describe('a session in the catalog of a MariaDB server', { skip: mariadbSkipReason() }, () => {
  let mariadb: MariadbServer;
  let holdfast: ServerProcess;
  let direct: Connection;
  before(async () => {
    mariadb = await MariadbServer.start();
    direct = await mariadb.connect({ multipleStatements: true });
    await direct.query(`CREATE DATABASE shop; USE shop; CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20));
      CREATE USER app IDENTIFIED BY 'geheim'; GRANT ALL ON *.* TO app;
      INSERT INTO t SELECT seq, CONCAT('n', seq) FROM seq_1_to_100`);
    const url = `mysql://app:geheim@127.0.0.1:${mariadb.port}/shop`;
    holdfast = await ServerProcess.start({ environment: { HOLDFAST_SOURCE: url } });
  });
  after(async () => {
    await direct.end();
    await holdfast[Symbol.asyncDispose]();
    await mariadb[Symbol.asyncDispose]();
  });

  async function value(connection: Connection, sql: string): Promise<unknown> {
    const [rows] = await connection.query<RowDataPacket[]>({ sql, rowsAsArray: true });
    return rows[0]?.[0];
  }

  /** How many connections the server has whose statement is like this. */
  async function running(like: string): Promise<number> {
    const sql = `SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND INFO LIKE '${like}'`;
    return Number(await value(direct, sql));
  }

  it('greets with the version of that server, in a form that drivers of MySQL 8 read rightly', async () => {
    using greeted = await RawClient.connect(holdfast.port);
    const version = /^.(?<version>[^\0]*)/s.exec((await greeted.payload()).toString('latin1'))?.groups?.[
      'version'
    ];
    assert.equal(version, `5.7.19-${String(await value(direct, 'SELECT VERSION()'))}`);
  });

  it('greets with its own version while that server is out of reach', async () => {
    const url = 'mysql://app:geheim@127.0.0.1:1/shop';
    await using alone = await ServerProcess.start({ environment: { HOLDFAST_SOURCE: url } });
    using greeted = await RawClient.connect(alone.port);
    assert.match((await greeted.payload()).toString('latin1'), /^.8\.0\.36-Holdfast/s);
  });

  it('begins there when the server was started with --source, and with its password out of sight', async () => {
    const connection = await holdfast.connect();
    assert.equal(await value(connection, 'SELECT DATABASE()'), 'shop');
    assert.match(String(await value(connection, 'SELECT VERSION()')), /MariaDB/);
    const commandLine = readFileSync(`/proc/${holdfast.pid}/cmdline`, 'utf8');
    assert.doesNotMatch(commandLine, /geheim/);
    const [shown] = await connection.query<RowDataPacket[]>('SHOW CREATE CATALOG source');
    assert.doesNotMatch(JSON.stringify(shown), /geheim/);
    await connection.end();
    const elsewhere = await holdfast.connect({ database: 'mysql' });
    assert.equal(await value(elsewhere, 'SELECT DATABASE()'), 'mysql');
    await elsewhere.end();
    await assert.rejects(holdfast.connect({ database: 'gone' }), { errno: 1049 });
  });

  it('talks to MySQL’s command line', { skip: skipReason(client, 'mariadb') }, async () => {
    const input = 'USE shop; SELECT name FROM t WHERE id = 7; CALL nope(); SELECT COUNT(*) FROM t; status';
    const args = ['--no-defaults', '-h127.0.0.1', `-P${holdfast.port}`, '-uroot', '--force', '-N', '-B'];
    const output = await runProgram(client ?? 'mariadb', args, { input });
    assert.match(output.stdout, /^n7\n100\n/m);
    assert.match(output.stderr, /ERROR 1305 \(42000\).*PROCEDURE shop\.nope does not exist/);
  });

  it('talks to PyMySQL', { skip: skipReason(python, 'PyMySQL') }, async () => {
    const script = `
import sys, pymysql
c = pymysql.connect(host='127.0.0.1', port=int(sys.argv[1]), user='root', autocommit=False)
with c.cursor() as k:
    print(k.executemany("INSERT INTO t VALUES (%s, %s)", [(1001, 'é'), (1002, None)]))
    k.execute("SELECT * FROM t WHERE id > 1000 ORDER BY id")
    print(k.fetchall())
c.rollback()
with c.cursor() as k:
    k.execute("SELECT COUNT(*) FROM t WHERE id > 1000")
    print(k.fetchone())
    try:
        k.execute("SELECT nope")
    except pymysql.err.OperationalError as e:
        print(e.args[0])
`;
    const output = await runProgram(python ?? 'python3', ['-', String(holdfast.port)], { input: script });
    assert.equal(output.stdout, "2\n((1001, 'é'), (1002, None))\n(0,)\n1054\n", output.stderr);
  });

  it('keeps a thousand prepared statements of mysql2', async () => {
    const connection = await holdfast.connect({ maxPreparedStatements: 2_000 });
    for (let round = 0; round < 1_000; round++) {
      const [rows] = await connection.execute<RowDataPacket[]>(
        `SELECT ${round} + ? AS n FROM t WHERE id = ?`,
        [1, 5],
      );
      assert.equal(Number(rows[0]?.['n']), round + 1);
    }
    assert.equal(
      await value(
        connection,
        'SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = "PREPARED_STMT_COUNT"',
      ),
      '1000',
    );
    await connection.end();
    await until('the statements are closed', async () => {
      const [[row] = []] = await direct.query<RowDataPacket[]>(
        "SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'",
      );
      return row?.['Value'] === '0' ? true : undefined;
    });
  });

  it('stops the statement there with KILL QUERY here', async () => {
    const connection = await holdfast.connect();
    const other = await holdfast.connect();
    const slow = connection.query('SELECT SLEEP(60), "kill me"').then(
      () => 'answered',
      (error: { errno: number }) => error.errno,
    );
    await until('it runs', async () => ((await running('%kill me%')) === 1 ? true : undefined));
    await other.query(`KILL QUERY ${connection.threadId}`);
    assert.ok([1317, 'answered'].includes(await slow));
    // The server lists a statement until it has given its answer, and a little longer.
    await until('it is stopped', async () => ((await running('%kill me%')) === 0 ? true : undefined));
    assert.equal(await value(connection, 'SELECT 5'), 5);
    await connection.end();
    await other.end();
  });

  it('stops the statement there when its client goes', async () => {
    const connection = await holdfast.connect();
    connection.query('SELECT SLEEP(60), "left behind"').catch(() => undefined);
    await until('it runs', async () => ((await running('%left behind%')) === 1 ? true : undefined));
    connection.destroy();
    await until('it is stopped', async () => ((await running('%left behind%')) === 0 ? true : undefined));
  });

  it('holds little of what a client does not read', async () => {
    using raw = await RawClient.loggedIn(holdfast.port, {
      user: 'root',
      password: '',
      plugin: 'caching_sha2_password',
    });
    const before = residentBytes();
    raw.pause();
    raw.command(3, "SELECT REPEAT('x', 1000) FROM seq_1_to_300000");
    await until('it waits for the client', async () => ((await writing()) === 1 ? true : undefined));
    assert.ok(residentBytes() - before < 64 * 1024 * 1024, 'three hundred megabytes are held');
  });

  function residentBytes(): number {
    const status = readFileSync(`/proc/${holdfast.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  async function writing(): Promise<number> {
    const sql = `SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Writing to net%'`;
    return Number(await value(direct, sql));
  }

  it('has its variables on both sides, also in a new connection to the server', async () => {
    const connection = await holdfast.connect();
    await connection.query("SET sql_mode = 'ANSI_QUOTES', time_zone = '+03:00'");
    await connection.query('SET CATALOG default_catalog');
    assert.equal(await value(connection, 'SELECT @@sql_mode'), 'ANSI_QUOTES');
    await connection.query('SET CATALOG source; '.slice(0, -2));
    await connection.query('USE shop');
    const thread = await value(connection, 'SELECT CONNECTION_ID()');
    await direct.query(`KILL ${String(thread)}`);
    await assert.rejects(connection.query('SELECT 1'), (error: { errno: number; message: string }) => {
      assert.match(error.message, /Lost connection to 127\.0\.0\.1|killed/i);
      return true;
    });
    await until('it is connected again', async () => {
      const again = await value(connection, 'SELECT CONNECTION_ID()').catch(() => undefined);
      return again === undefined || again === thread ? undefined : true;
    });
    const state = await value(connection, "SELECT CONCAT(@@sql_mode, ' ', @@time_zone, ' ', DATABASE())");
    assert.equal(state, 'ANSI_QUOTES +03:00 shop');
    await connection.end();
  });

  it('hears of a server that has died, and goes on when it is back', async () => {
    const connection = await holdfast.connect();
    const raw = await RawClient.loggedIn(holdfast.port, {
      user: 'root',
      password: '',
      plugin: 'caching_sha2_password',
    });
    using talker = new Talker(raw);
    await talker.ask(Buffer.from('\x03SELECT 1'));
    const slow = connection.query('SELECT SLEEP(60)').catch((error: { errno: number }) => error.errno);
    await until('it runs', async () => ((await running('%SLEEP(60)%')) === 1 ? true : undefined));
    await direct.end();
    await mariadb.crash();
    direct = await mariadb.connect({ multipleStatements: true });
    assert.equal(await slow, 1430);
    assert.equal(await value(connection, 'SELECT COUNT(*) FROM t'), '100');
    await connection.end();
    const [first] = await talker.ask(Buffer.from('\x03SELECT 2'));
    assert.equal(first?.payload.readUInt16LE(1), 1430);
  });

  it('refuses files of the client', async () => {
    const connection = await holdfast.connect();
    await assert.rejects(connection.query("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t"), {
      errno: 3948,
    });
    await connection.end();
  });

  it('sends values of 20 MB there', async () => {
    const connection = await holdfast.connect();
    const big = 'z'.repeat(20 * 1024 * 1024);
    assert.equal(
      await value(connection, `SELECT MD5('${big}')`),
      await value(direct, `SELECT MD5('${big}')`),
    );
    const [rows] = await connection.execute<RowDataPacket[]>('SELECT LENGTH(?) AS n', [big]);
    assert.equal(Number(rows[0]?.['n']), big.length);
    await connection.end();
  });

  it('uses a catalog as it was altered, and none that was dropped', async () => {
    const connection = await holdfast.connect();
    await connection.query(createCatalog('other', mariadb.properties()));
    await connection.query('USE other.shop');
    assert.equal(await value(connection, 'SELECT CURRENT_USER()'), 'root@127.0.0.1');
    await connection.query('ALTER CATALOG other SET ("user" = "app", "password" = "geheim")');
    assert.equal(await value(connection, 'SELECT CURRENT_USER()'), 'app@%');
    assert.equal(await value(connection, 'SELECT DATABASE()'), 'shop');
    const [tables] = await connection.query<RowDataPacket[]>('SHOW TABLES FROM source.shop');
    assert.equal(tables.length, 1);
    await connection.query('DROP CATALOG other');
    await assert.rejects(connection.query('SELECT 1'), { errno: 5061 });
    await connection.query('SET CATALOG default_catalog');
    await connection.end();
  });

  it('is another login’s with COM_CHANGE_USER, and as new with COM_RESET_CONNECTION', async () => {
    const connection = await holdfast.connect();
    await connection.query('SET @a = 1');
    await connection.reset();
    assert.equal(await value(connection, 'SELECT @a'), null);
    await connection.query('SET @a = 2');
    await connection.changeUser({ user: 'root', database: 'mysql' });
    assert.equal(await value(connection, 'SELECT CONCAT(DATABASE(), @a IS NULL)'), 'mysql1');
    await connection.end();
  });
});
