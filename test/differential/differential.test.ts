import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';
import { agree, outcomeOf } from './compare.ts';
import { randomOf } from './grammar.ts';
import { data, queryOf, shrink, textOf } from './query.ts';
import { ServerPair } from './server-pair.ts';

/**
 * `QUERIES=20000 SEED=7 node --test test/differential/differential.test.ts` looks for more; with
 * DIFFERENTIAL_SERVER=mariadb it finds what MariaDB 10.11 answers otherwise than MySQL 9, too. */
const queries = Number(process.env['QUERIES'] ?? 400);
const seed = Number(process.env['SEED'] ?? 1);

/** In one test: some seconds, so that no test needs minutes where a machine is slow. */
const queriesAtOnce = 100;

/** More than this is one cause, or many tests' work. */
const differencesMax = 20;

/** Of those that once differed. */
const kept = [
  'SELECT id, CAST(s + 0 AS SIGNED), CAST(n + 0e0 AS SIGNED), CAST(n * 0.5e0 AS SIGNED) FROM b ORDER BY id',
  'SELECT id, CAST(1e19 AS UNSIGNED), CAST(n * 1e300 AS SIGNED), CAST(7e0 AS SIGNED) FROM a WHERE n > 0 ORDER BY id',
  'SELECT id, (at + INTERVAL (n + 0e0) DAY) FROM a WHERE id <> 5 ORDER BY id',
  "SELECT id, INSERT('', 2, 1, s), INSERT(s, 2, 1, NULL), INSERT(s, 2, 1, 'x') FROM a ORDER BY id",
  'SELECT id, HOUR(day), MINUTE(day) FROM a ORDER BY id',
  'SELECT id, CASE WHEN TRUE THEN 0.1 ELSE CEIL(0.1) END FROM a ORDER BY id',
  'SELECT id, IF(n IS NULL, FLOOR(2.5), 0.1), COALESCE(NULL, CEIL(1.5), 0.25) FROM a ORDER BY id',
  "SELECT UPPER('straße'), UPPER(s) FROM b ORDER BY id",
  "SELECT id, FIELD('12x', NULL, s) FROM a ORDER BY id",
  'SELECT id, (day + INTERVAL n DAY), (at - INTERVAL n MONTH) FROM a WHERE id <> 5 ORDER BY id',
  'SELECT id, (day + INTERVAL n DAY) IS NULL FROM a ORDER BY id',
  "SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE (GREATEST('7', a.s) < '8') AND b.id < a.id) ORDER BY id",
  "SELECT MIN(INSERT('12x', 2, 1, a.g)) FROM a JOIN b ON a.id = b.id",
  "SELECT id FROM a ORDER BY CONCAT(a.k, 'x') DESC, id",
  "SELECT id, LOCATE(s, 'ÄB c'), FIND_IN_SET(g, 'ABC,x') FROM b ORDER BY id",
  'SELECT id, (IF(FALSE, 2.5, m) % CAST(0.1 AS DECIMAL(12,3))) FROM a ORDER BY id',
  "SELECT COUNT(*) FROM (SELECT INSERT('😀a', 2, 1, b.k) AS x FROM a JOIN b ON a.id = b.id INTERSECT SELECT INSERT('😀a', 2, 1, b.k) FROM a JOIN b ON a.id = b.id + 1) AS q",
  "SELECT id, ('😀a' BETWEEN k AND 'ÄB c'), ('ÄB c' BETWEEN g AND '😀a') FROM a ORDER BY id",
  "SELECT id, 'ABC' IN ('abc', k), 'abc ' IN (g, 'x') FROM a ORDER BY id",
];

const isMysql = process.env['DIFFERENTIAL_SERVER'] !== 'mariadb';
const skip = isMysql ? mysqlSkipReason() : mariadbSkipReason();

describe('answers of the embedded engine and of another server', { skip }, () => {
  let pair: ServerPair;
  before(async () => {
    pair = await ServerPair.start(isMysql ? startMysqlServer : MariadbServer.start);
    const { ours, theirs } = pair;
    await ours.query('CREATE DATABASE trial');
    // MySQL 8's collation gives blanks at the end a weight, and accents none.
    const collation = isMysql ? 'utf8mb4_0900_ai_ci' : 'utf8mb4_uca1400_nopad_ai_ci';
    await theirs.query(`CREATE DATABASE trial COLLATE ${collation}`);
    await ours.query('SET NAMES utf8mb4 COLLATE utf8mb4_0900_ai_ci');
    await theirs.query(`SET NAMES utf8mb4 COLLATE ${collation}`);
    await pair.run(['USE trial', "SET sql_mode = ''", ...data]);
  });
  after(async () => pair[Symbol.asyncDispose]());

  async function differ(sql: string): Promise<boolean> {
    const [ours, theirs] = await pair.both((each) => outcomeOf(each, sql));
    return !agree(ours, theirs);
  }

  for (const sql of kept) it(`agree on ${sql}`, async () => assert.equal(await differ(sql), false));

  for (let from = 0; from < queries; from += queriesAtOnce) {
    const until = Math.min(from + queriesAtOnce, queries);
    it(`agree on generated queries ${from} to ${until - 1}, or ours is error 1235`, async () => {
      const found: string[] = [];
      for (let index = from; index < until && found.length < differencesMax; index++) {
        const query = queryOf(randomOf(seed * 1_000_003 + index));
        if (!(await differ(textOf(query)))) continue;
        found.push(textOf(await shrink(query, (less) => differ(textOf(less)))));
      }
      assert.deepEqual(found, [], `SEED=${seed} QUERIES=${queries}`);
    });
  }
});
