import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { Session } from '../../src/session/session.ts';
import { sampleLogin, World } from '../dispatch/world.ts';
import { type Recorded, RecordingReply } from './recording-reply.ts';

const { signal } = new AbortController();

describe('a session', () => {
  let world: World;
  let session: Session;
  let asked = 0;
  const events: string[] = [];
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))');
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(async () => {
    session = new Session(world.session('root'), {
      dispatcher: world.dispatcher,
      openState: async (login) => world.session(login.user),
      accountOf: world.services.accountOf,
      asked: () => void (asked += 1),
      hourlyUse: world.services.hourlyUse,
      statistics: () => 'Uptime: 1',
      killConnection: (connectionId, by) => void events.push(`kill ${connectionId} by ${by.user}`),
      onClose: () => void events.push('closed'),
    });
    await session.useDatabase('d');
    await session.query('DELETE FROM t', new RecordingReply(), signal);
  });

  async function query(text: string): Promise<readonly Recorded[]> {
    const reply = new RecordingReply();
    await session.query(text, reply, signal);
    return reply.answers;
  }

  async function rows(text: string): Promise<unknown> {
    return (await query(text)).at(-1)?.rows;
  }

  it('answers each statement of a text in order', async () => {
    const before_ = asked;
    const answers = await query("INSERT INTO t (name) VALUES ('a'); SELECT name FROM t; SELECT 2;");
    assert.deepEqual(
      answers.map(({ more }) => more),
      [true, true, false],
    );
    assert.equal(answers[0]?.affectedRows, 1n);
    assert.deepEqual(answers[1]?.rows, [['a']]);
    assert.equal(asked - before_, 3);
  });

  it('stops at the first statement that fails, having answered those before', async () => {
    const reply = new RecordingReply();
    const text = "INSERT INTO t (name) VALUES ('a'); SELECT * FROM ghost; INSERT INTO t (name) VALUES ('b')";
    await assert.rejects(session.query(text, reply, signal), { kind: 'unknown_table' });
    assert.equal(reply.answers.length, 1);
    assert.deepEqual(await rows('SELECT name FROM t'), [['a']]);
  });

  it('takes one statement alone from clients that did not ask for more', async () => {
    session.setMultiStatements(false);
    await assert.rejects(query('SELECT 1; DROP TABLE t'), { kind: 'syntax', message: /near 'DROP TABLE t'/ });
    assert.deepEqual(await rows('SELECT 1;'), [[1]]);
    session.setMultiStatements(true);
    assert.equal((await query('SELECT 1; SELECT 2')).length, 2);
    const plain = sampleLogin({ multiStatements: false });
    assert.equal(plain.multiStatements, false);
  });

  it('answers a text of comments with OK', async () => {
    for (const text of ['', '-- nothing', ';;']) {
      assert.deepEqual(await query(text), [
        { more: false, warnings: 0, inTransaction: false, affectedRows: 0n },
      ]);
    }
  });

  it('splits texts by the quotes of its sql_mode', async () => {
    await query("SET sql_mode = 'NO_BACKSLASH_ESCAPES'");
    const answers = await query(String.raw`SELECT 'a\'; SELECT 'b'`);
    assert.deepEqual(
      answers.map((answer) => answer.rows),
      [[['a\\']], [['b']]],
    );
  });

  it('remembers the last statement’s counts and ids', async () => {
    await query("INSERT INTO t (name) VALUES ('a'), ('b')");
    assert.deepEqual(await rows('SELECT ROW_COUNT()'), [[2n]]);
    await query('SELECT * FROM t');
    const [row] = (await query('SELECT FOUND_ROWS(), LAST_INSERT_ID() > 0, ROW_COUNT()'))[0]?.rows ?? [];
    assert.deepEqual(row?.map(String), ['2', '1', '-1']);
  });

  it('keeps a failure for SHOW WARNINGS, and the warnings of SHOW WARNINGS itself', async () => {
    await assert.rejects(query('SELECT * FROM ghost'));
    assert.deepEqual(await rows('SHOW WARNINGS'), [['Error', 1146, "Table 'd.ghost' doesn't exist"]]);
    assert.deepEqual(await rows('SHOW COUNT(*) ERRORS'), [[1]]);
    assert.deepEqual(await rows('SHOW WARNINGS'), [['Error', 1146, "Table 'd.ghost' doesn't exist"]]);
    await query('SELECT 1');
    assert.deepEqual(await rows('SHOW WARNINGS'), []);
  });

  it('tells of its transaction with each answer', async () => {
    const answers = await query("BEGIN; INSERT INTO t (name) VALUES ('x'); COMMIT");
    assert.deepEqual(
      answers.map((answer) => answer.inTransaction),
      [true, true, false],
    );
    assert.deepEqual(session.status(), { inTransaction: false, autocommit: true });
    await query('SET autocommit = 0');
    assert.equal(session.status().autocommit, false);
  });

  it('prepares, executes and closes statements', async () => {
    const { statementId, parameters, columns } = await session.prepare(
      'SELECT id, name FROM t WHERE name = ?',
      signal,
    );
    assert.deepEqual([parameters.length, columns.map(({ name }) => name)], [1, ['id', 'name']]);
    await query("INSERT INTO t (name) VALUES ('it''s')");
    const reply = new RecordingReply();
    await session.execute(statementId, [{ kind: 'text', value: "it's" }], reply, signal);
    assert.equal(reply.answers[0]?.rows?.[0]?.[1], "it's");
    session.resetStatement(statementId);
    session.closeStatement(statementId);
    session.closeStatement(statementId);
    assert.throws(() => session.resetStatement(statementId), { kind: 'unknown_prepared_statement' });
    await assert.rejects(session.prepare('SELECT 1; SELECT 2', signal), { kind: 'syntax' });
    await assert.rejects(session.prepare('-- nothing', signal), { kind: 'syntax' });
  });

  it('shows the statement that runs', async () => {
    let seen: string | undefined;
    const reply = new RecordingReply();
    const spy = {
      ok: reply.ok.bind(reply),
      resultSet: async () => void (seen = session.sql),
      relayed: reply.relayed.bind(reply),
    };
    await session.query('SELECT 41', spy, signal);
    assert.equal(seen, 'SELECT 41');
    assert.equal(session.sql, undefined);
  });

  it('forgets everything but its place with COM_RESET_CONNECTION', async () => {
    await query("SET @a = 1, autocommit = 0; PREPARE s FROM 'SELECT 1'");
    await query('CREATE TEMPORARY TABLE t (name INT)');
    await query("INSERT INTO t (name) VALUES ('1')");
    await query('DROP TEMPORARY TABLE t; CREATE TEMPORARY TABLE u SELECT 1');
    await query("INSERT INTO t (name) VALUES ('lost')");
    const { statementId } = await session.prepare('SELECT 1', signal);
    await session.reset(signal);
    assert.deepEqual(
      await rows('SELECT @a, @@autocommit, DATABASE()'),
      [[null, 1n, 'd']].map((row) => row),
    );
    assert.deepEqual(await rows('SELECT COUNT(*) FROM t'), [[0n]]);
    await assert.rejects(query('SELECT * FROM u'), { kind: 'unknown_table' });
    assert.throws(() => session.resetStatement(statementId), { kind: 'unknown_prepared_statement' });
    await assert.rejects(query('EXECUTE s'), { kind: 'unknown_prepared_statement' });
  });

  it('becomes another user’s with COM_CHANGE_USER', async () => {
    await world.stranger('bo');
    await query('CREATE TEMPORARY TABLE u SELECT 1');
    await session.changeUser(sampleLogin({ user: 'bo', connectionId: 9 }), signal);
    assert.equal(session.state.user, 'bo');
    assert.equal(session.state.database, undefined);
    await assert.rejects(query('SELECT * FROM d.t'), { kind: 'table_access_denied' });
    await assert.rejects(query('SELECT * FROM d.u'), { kind: 'table_access_denied' });
  });

  it('fails an interrupted statement with the reason', async () => {
    const reason = new SqlError('query_interrupted', 'Query execution was interrupted');
    const run = session.query('SELECT 1', new RecordingReply(), AbortSignal.abort(reason));
    await assert.rejects(run, reason);
  });

  it('passes on what concerns others', async () => {
    assert.equal(session.statistics(), 'Uptime: 1');
    await session.kill(7);
    await session.close();
    assert.deepEqual(events.slice(-2), ['kill 7 by root', 'closed']);
  });
});
