import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

describe('JSON functions over the rows of a table', () => {
  let shop: EngineFixture;
  before(async () => {
    shop = await EngineFixture.open();
    await shop.all(
      'CREATE TABLE j (id INT PRIMARY KEY, d JSON, t VARCHAR(100))',
      `INSERT INTO j VALUES (1, '{"name":"Ann", "a":{"z":1, "y":2.50}}', '[2,1]'), (2, NULL, NULL), (3, '[1,  "${'x'.repeat(50)}"]', '{"b":1,"a":1}')`,
    );
  });
  after(async () => {
    await shop[Symbol.asyncDispose]();
  });

  it('keep documents in the form of MySQL', async () => {
    assert.deepEqual(await shop.lines('SELECT d FROM j ORDER BY id'), [
      '{"a": {"y": 2.5, "z": 1}, "name": "Ann"}',
      'null',
      `[1, "${'x'.repeat(50)}"]`,
    ]);
  });

  it('change documents', async () => {
    await shop.run(
      `UPDATE j SET d = JSON_SET(d, '$.name', 'Zoë', '$.new', JSON_ARRAY(id, TRUE)) WHERE id < 3`,
    );
    assert.deepEqual(await shop.lines('SELECT id, d FROM j WHERE id < 3 ORDER BY id'), [
      '1|{"a": {"y": 2.5, "z": 1}, "new": [1, true], "name": "Zoë"}',
      '2|null',
    ]);
  });

  it('read texts as documents, row by row', async () => {
    assert.deepEqual(await shop.lines('SELECT JSON_MERGE_PATCH(t, \'{"c":3}\') FROM j ORDER BY id'), [
      '{"c": 3}',
      'null',
      '{"a": 1, "b": 1, "c": 3}',
    ]);
  });

  it('sort documents by their values, and texts of documents by their bytes', async () => {
    const sorted = `SELECT v FROM (SELECT CAST('10' AS JSON) AS v UNION ALL SELECT CAST('9' AS JSON) UNION ALL SELECT CAST('"a"' AS JSON)
      UNION ALL SELECT CAST('null' AS JSON) UNION ALL SELECT CAST('true' AS JSON) UNION ALL SELECT CAST('"B"' AS JSON)) AS q ORDER BY v`;
    assert.deepEqual(await shop.lines(sorted), ['null', '9', '10', '"B"', '"a"', 'true']);
    assert.deepEqual(
      await shop.lines(`SELECT MAX(CAST(v AS JSON)) FROM (SELECT '10' AS v UNION ALL SELECT '9') AS q`),
      ['10'],
    );
  });

  it('fail as MySQL does, in the middle of rows too', async () => {
    assert.equal(
      await shop.error("INSERT INTO j VALUES (9, '{bad', NULL)"),
      `invalid_json_column: Invalid JSON text: "Missing a name for object member." at position 1 in value for column 'd'.`,
    );
    assert.match(
      await shop.error("SELECT JSON_EXTRACT(CONCAT(t, '!'), '$.a') FROM j"),
      /^invalid_json: Invalid JSON text/,
    );
    assert.match(await shop.error("SELECT JSON_SET(d, CONCAT('$', '.*'), 1) FROM j"), /^json_path_wild:/);
  });

  it('answer for more rows than one vector holds', async () => {
    const digits =
      '(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
    const many = `SELECT SUM(JSON_DEPTH(JSON_SET(IF(a.n % 2 = 0, d, NULL), '$.deep', JSON_ARRAY(a.n)))), COUNT(*)
      FROM j, ${digits} a, ${digits} b, ${digits} c, ${digits} e WHERE id = 1`;
    assert.deepEqual(await shop.lines(many), ['15000|10000']);
  });
});
