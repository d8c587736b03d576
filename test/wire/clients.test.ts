import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { type Column, batchOfRows, integerColumn, resultOfRows, textColumn } from '../../src/base/rows.ts';
import type { Reply } from '../../src/wire/handler.ts';
import { connectMysql2, runMariadb, runProgram } from '../support/clients.ts';
import { findMariadbClient, findPythonWithPymysql, skipReason } from '../support/programs.ts';
import { type Answers, okAnswer } from './support/test-handler.ts';
import { startTestServer, testIdentity } from './support/test-server.ts';

const identity = testIdentity();
const rsaKey = identity.privateKey;
const status = { inTransaction: false, autocommit: true };
const end = () => ({ warnings: 0, status }) as const;

describe('mysql2', () => {
  const ways = [
    { name: 'over TLS', tls: identity, ssl: { ca: identity.cert } },
    { name: 'without TLS', tls: undefined, ssl: undefined },
  ];
  for (const { name, tls, ssl } of ways) {
    for (const user of ['native', 'fast', 'slow', 'open']) {
      it(`logs in as '${user}' ${name}`, async () => {
        await using server = await startTestServer({ tls, rsaKey });
        const password = user === 'open' ? '' : 'pw';
        const options = { port: server.port, user, password, database: 'shop' };
        await using client = await connectMysql2(ssl === undefined ? options : { ...options, ssl });
        await client.ping();
        const [login] = server.handler.logins;
        assert.equal(login?.tls, tls !== undefined);
        assert.equal(login?.database, 'shop');
        assert.equal(login?.attributes.get('_client_name'), 'Node-MySQL-2');
      });
    }
  }

  it('hears that the password is wrong, for accounts of each kind and for none alike', async () => {
    await using server = await startTestServer({ rsaKey });
    for (const user of ['native', 'fast', 'slow', 'open', 'nobody']) {
      const attempt = connectMysql2({ port: server.port, user, password: 'wrong' });
      await assert.rejects(attempt, {
        errno: 1045,
        sqlState: '28000',
        message: `Access denied for user '${user}'@'127.0.0.1' (using password: YES)`,
      });
    }
  });

  it('reads several answers to one query, and an error among them', async () => {
    const answers: Answers = {
      several: async (reply) => {
        await reply.ok({ ...okAnswer, affectedRows: 3n, lastInsertId: 1n << 40n, info: 'Rows: 3' }, true);
        await reply.resultSet(resultOfRows([integerColumn('n')], [[7]]), end, true);
        await reply.resultSet(resultOfRows([textColumn('t')], []), end, false);
      },
      failing: async (reply) => {
        await reply.ok(okAnswer, true);
        throw new Error('secret details');
      },
    };
    await using server = await startTestServer({ answers });
    const options = { port: server.port, user: 'native', password: 'pw', multipleStatements: true };
    await using client = await connectMysql2(options);
    const [[header, ...rows]] = await client.query<RowDataPacket[][]>('several');
    assert.ok(header !== undefined && 'affectedRows' in header && 'info' in header && 'insertId' in header);
    assert.equal(header['affectedRows'], 3);
    assert.equal(header['insertId'], 2 ** 40);
    assert.match(String(header.info), /Rows: 3$/);
    assert.deepEqual(rows, [[{ n: 7 }], []]);
    await assert.rejects(client.query('failing'), { errno: 1105, message: /^internal error/ });
    await client.ping();
  });

  it('reads every type alike in text and in binary rows', async () => {
    await using server = await startTestServer({ answers: { types: answerTypes } });
    await using client = await connectMysql2({
      port: server.port,
      user: 'native',
      password: 'pw',
      dateStrings: true,
      supportBigNumbers: true,
    });
    const [text] = await client.query<RowDataPacket[]>('types');
    const [binary] = await client.execute<RowDataPacket[]>('types');
    assert.deepEqual(text, [typesRow, nullRow]);
    assert.deepEqual(binary, [{ ...typesRow, float: Math.fround(0.1) }, nullRow]);
  });

  it('runs prepared statements, again and again, and closes them', async () => {
    await using server = await startTestServer();
    await using client = await connectMysql2({ port: server.port, user: 'native', password: 'pw' });
    const statement = await client.prepare('select ?, ?, ?');
    for (const parameters of [
      ['a', null, 1.5],
      [Buffer.of(0, 0xff), '', null],
      [true, 'ü', -0.5],
    ]) {
      const [rows] = await statement.execute(parameters);
      assert.equal((rows as RowDataPacket[]).length, 3);
    }
    await statement.close();
    await client.ping();
    await assert.rejects(client.prepare('bad ?'), { errno: 1064 });
    assert.ok(server.handler.calls.includes('close statement 1'));
  });

  it('changes its user, and is put out when it may not', async () => {
    await using server = await startTestServer({ rsaKey });
    await using client = await connectMysql2({ port: server.port, user: 'native', password: 'pw' });
    for (const user of ['fast', 'slow', 'native']) await client.changeUser({ user, password: 'pw' });
    await client.query('select 1');
    assert.equal(server.connections()[0]?.user, 'native');
    await assert.rejects(client.changeUser({ user: 'fast', password: 'no' }), { errno: 1045 });
    await assert.rejects(client.query('select 1'));
    assert.equal(server.handler.calls.filter((call) => call === 'query select 1').length, 1);
  });

  it('resets its session', async () => {
    await using server = await startTestServer();
    await using client = await connectMysql2({ port: server.port, user: 'native', password: 'pw' });
    await client.reset();
    assert.deepEqual(server.handler.calls, ['reset']);
  });

  it('sends and gets back more than one frame holds', async () => {
    const long = 'x'.repeat(0xff_ffff + 10);
    await using server = await startTestServer();
    await using client = await connectMysql2({ port: server.port, user: 'native', password: 'pw' });
    const [rows] = await client.query<RowDataPacket[]>(long);
    assert.equal(rows[0]?.['text'] === long, true);
  });
});

describe('the mariadb command line', () => {
  const program = findMariadbClient();
  const skip = skipReason(program, 'mariadb');
  const trust = ['--ssl', '--skip-ssl-verify-server-cert'];

  for (const user of ['native', 'fast', 'slow', 'open']) {
    it(`logs in as '${user}' over TLS and runs statements`, { skip }, async () => {
      await using server = await startTestServer({ tls: identity, rsaKey });
      const login = { port: server.port, user, password: user === 'open' ? '' : 'pw' };
      const sql = 'select 1; select 2';
      const output = await runMariadb(program ?? 'mariadb', login, [...trust, '--execute', sql, 'shop']);
      assert.deepEqual(output, { exitCode: 0, stdout: 'select 1\nselect 2\n', stderr: '' });
      assert.equal(server.handler.logins[0]?.tls, true);
    });
  }

  it('changes the database and shows the status', { skip }, async () => {
    const sets = ['client', 'connection', 'server', 'database'].map((name) => `@@character_set_${name}`);
    const answers: Answers = {
      'select DATABASE(), USER() limit 1': answerRows([['shop', 'native']]),
      [`select ${sets.join(', ')} limit 1`]: answerRows([sets.map(() => 'utf8mb4')]),
    };
    await using server = await startTestServer({ answers });
    const login = { port: server.port, user: 'native', password: 'pw' };
    const args = ['--skip-ssl', 'shop'];
    const output = await runProgram(
      program ?? 'mariadb',
      ['--no-defaults', '-h127.0.0.1', `-P${login.port}`, '-unative', '--force', ...args],
      { input: 'status\nuse other\nselect 5\n;', environment: { MYSQL_PWD: 'pw' } },
    );
    assert.equal(output.exitCode, 0, output.stderr);
    assert.match(output.stdout, /Server version:\s+8\.0\.36-Holdfast-test/);
    assert.match(output.stdout, /Uptime:\s+1 sec\s+Threads: 1/);
    assert.ok(server.handler.calls.includes('use other'));
  });

  it('is told what is wrong, with number and state', { skip }, async () => {
    await using server = await startTestServer();
    const login = { port: server.port, user: 'native', password: 'pw' };
    const output = await runMariadb(program ?? 'mariadb', login, ['--skip-ssl', '-e', 'select 1', 'missing']);
    assert.equal(output.exitCode, 1);
    assert.match(output.stderr, /^ERROR 1049 \(42000\): unknown database 'missing'/);
  });
});

describe('PyMySQL', () => {
  const python = findPythonWithPymysql();
  const skip = skipReason(python, 'Python with PyMySQL');
  const script = `
import sys, pymysql
port, user, password, ca = sys.argv[1:]
ssl = {'ca': ca} if ca else None
with pymysql.connect(host='127.0.0.1', port=int(port), user=user, password=password, ssl=ssl) as connection:
    with connection.cursor() as cursor:
        for value in ('a', "it's", None):
            cursor.execute('select %s', (value,))
            print(cursor.fetchall())
    connection.ping()
    connection.select_db('shop')
`;

  for (const user of ['native', 'fast', 'slow', 'open']) {
    it(`logs in as '${user}', counts packets and sends statements`, { skip }, async () => {
      await using server = await startTestServer({ rsaKey });
      const password = user === 'open' ? '' : 'pw';
      const args = ['-c', script, String(server.port), user, password, ''];
      const output = await runProgram(python ?? 'python3', args);
      assert.equal(output.exitCode, 0, output.stderr);
      assert.equal(output.stdout.split('\n')[0], `(("select 'a'",),)`);
      assert.ok(server.handler.calls.includes('use shop'));
    });
  }
});

const typesRow = {
  tiny: -5,
  big: '18446744073709551615',
  float: 0.1,
  double: -1.5e-20,
  decimal: '-12345678901234567890.00120',
  date: '2024-02-29',
  datetime: '1969-12-31 23:59:59.999999',
  time: '-838:59:59',
  text: 'grüße',
  blob: Buffer.of(0, 0xff, 0x10),
};
const nullRow = Object.fromEntries(Object.keys(typesRow).map((name) => [name, null]));

async function answerTypes(reply: Reply): Promise<void> {
  const number = { ...integerColumn('x'), decimals: 31 };
  const columns: readonly Column[] = [
    { ...integerColumn('tiny'), type: 'TINY' },
    integerColumn('big', true),
    { ...number, name: 'float', type: 'FLOAT' },
    { ...number, name: 'double', type: 'DOUBLE' },
    { ...integerColumn('decimal'), type: 'NEWDECIMAL', decimals: 5 },
    { ...integerColumn('date'), type: 'DATE' },
    { ...integerColumn('datetime'), type: 'DATETIME', decimals: 6 },
    { ...integerColumn('time'), type: 'TIME' },
    textColumn('text'),
    { ...textColumn('blob'), type: 'BLOB', binary: true },
  ];
  const cells = [
    [
      -5,
      (1n << 64n) - 1n,
      Math.fround(0.1),
      -1.5e-20,
      typesRow.decimal,
      typesRow.date,
      typesRow.datetime,
      typesRow.time,
      typesRow.text,
      typesRow.blob,
    ],
    columns.map(() => null),
  ];
  const batch = batchOfRows(cells, columns.length);
  await reply.resultSet({ columns, batches: single(batch) }, end, false);
}

async function* single<T>(item: T): AsyncGenerator<T> {
  yield item;
}

function answerRows(rows: readonly (readonly string[])[]): (reply: Reply) => Promise<void> {
  return async (reply) =>
    reply.resultSet(
      resultOfRows(
        (rows[0] ?? []).map(() => textColumn('c')),
        rows,
      ),
      end,
      false,
    );
}
