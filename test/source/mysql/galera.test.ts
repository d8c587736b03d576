import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { galeraSkipReason, startGaleraPair } from '../../support/galera.ts';
import { calm } from '../../conformance/source/support.ts';
import { MysqlFixture } from './mysql-fixture.ts';
import { copyWhole, prepareWhole, shownDatabase } from './whole-database.ts';

const accounts = 200;
const startingMoney = 1000;

describe('a Galera pair', { skip: galeraSkipReason() }, () => {
  it('is saved by one node while the other writes, and has what is restored on both', async () => {
    await using pair = await startGaleraPair();
    await using subject = await MysqlFixture.open(pair.first);
    await subject.run(
      'CREATE TABLE bank_a (id INT PRIMARY KEY, money INT NOT NULL); CREATE TABLE bank_b LIKE bank_a;' +
        `INSERT INTO bank_a SELECT seq, ${startingMoney} FROM seq_1_to_${accounts}; INSERT INTO bank_b SELECT * FROM bank_a;` +
        'CREATE VIEW rich AS SELECT id FROM bank_a WHERE money > 1000;' +
        'CREATE TRIGGER kept BEFORE DELETE ON bank_b FOR EACH ROW SET @gone = OLD.id;' +
        'CREATE TABLE parts (id INT, KEY (id)) PARTITION BY HASH (id) PARTITIONS 2; INSERT INTO parts VALUES (1), (2), (3)',
    );
    const stop = new AbortController();
    const writing = moveMoney(pair.second, stop.signal);
    const copies = [await copyWhole(subject), await copyWhole(subject)];
    stop.abort();
    assert.ok((await writing) > 0, 'money was moved');
    for (const [index, copy] of copies.entries()) {
      const database = `copy_${index}`;
      await using restoring = await prepareWhole(subject, copy, { database }, `${index}`);
      await restoring.commit(calm);
      await restoring.forget(calm);
      const sum = `SELECT CAST((SELECT SUM(money) FROM ${database}.bank_a) + SUM(money) AS CHAR) FROM ${database}.bank_b`;
      assert.deepEqual(await subject.rows(sum), [[String(2 * accounts * startingMoney)]]);
      await using other = await MysqlFixture.open(pair.second, {}, false);
      await other.run('SET SESSION wsrep_sync_wait = 1');
      assert.deepEqual(await shownDatabase(other, database), await shownDatabase(subject, database));
    }
  });
});

/** Moves money between the tables until it is aborted, and says how often. */
async function moveMoney(
  server: Parameters<typeof MysqlFixture.open>[0],
  signal: AbortSignal,
): Promise<number> {
  const connection = await server.connect({ database: 'shop' });
  let moves = 0;
  for (let id = 1; !signal.aborted; id = 1 + ((id * 7) % accounts)) {
    try {
      await connection.query('START TRANSACTION');
      await connection.query(`UPDATE bank_a SET money = money - 3 WHERE id = ${id}`);
      await connection.query(`UPDATE bank_b SET money = money + 3 WHERE id = ${accounts + 1 - id}`);
      await connection.query('COMMIT');
      moves += 1;
    } catch (error) {
      // A node that stands still for the other's lock, and writes that meet, are told as a deadlock.
      if (!/deadlock/i.test(String(error))) throw error;
      await connection.query('ROLLBACK');
    }
  }
  await connection.end();
  return moves;
}
