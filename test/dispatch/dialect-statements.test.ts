import { after, before, describe, it } from 'node:test';
import { World } from './world.ts';

describe('statements that parse and are not built yet', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
  });
  after(() => world[Symbol.asyncDispose]());

  const statements = ['BACKUP GLOBAL SNAPSHOT g TO r'];
  for (const sql of statements) {
    it(`${sql} is error 1235, never a false OK`, () =>
      world.refuses(sql, 'not_supported', /^This version of Holdfast doesn't yet support '/));
  }
});
