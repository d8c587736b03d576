import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('statements without rows of their own', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('USE d');
  });
  after(() => world[Symbol.asyncDispose]());

  for (const sql of ['DO 1', 'DO 1 + 1, UPPER("x");', 'DO SLEEP(0)', 'DO ?']) {
    it(`${sql} answers OK`, async () => {
      const answer = await world.run(sql, world.root, sql.includes('?') ? [5] : []);
      assert.equal(answer.kind, 'ok');
    });
  }

  it('DO fails as the expression does', async () => {
    await world.refuses('DO nope', 'unknown_column', /nope/);
    await world.refuses(
      'DO (SELECT 1 FROM d.t)',
      'table_access_denied',
      /SELECT/,
      await world.stranger('eve'),
    );
  });

  it('SET reads tables only for whoever may', async () => {
    await world.refuses(
      'SET @a = (SELECT 1 FROM d.t)',
      'table_access_denied',
      /SELECT/,
      await world.stranger('mallory'),
    );
  });

  it('CALL names the procedure that is not there', async () => {
    await world.refuses('CALL p(1)', 'does_not_exist', /^PROCEDURE d\.p does not exist$/);
    await world.refuses('CALL `x`.p', 'does_not_exist', /^PROCEDURE x\.p does not exist$/);
  });

  it('HELP finds nothing', async () => assert.deepEqual(await world.rows("HELP 'select'"), []));
});
