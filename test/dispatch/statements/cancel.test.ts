import { after, before, describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { World } from '../world.ts';

describe('CANCEL', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.item (id INT PRIMARY KEY)');
  });
  after(() => world[Symbol.asyncDispose]());

  it('says when there is nothing to cancel', async () => {
    await world.refuses('CANCEL BACKUP FROM shop', 'backup', /No backup job is currently running/);
    await world.refuses('CANCEL RESTORE FROM shop', 'backup', /No restore is currently running/);
    await world.refuses('CANCEL BACKUP', 'syntax', /./);
    await world.refuses('CANCEL BACKUP FOR EXTERNAL CATALOG', 'backup', /No backup job/);
  });

  it('ends a backup that runs, and frees its label', async () => {
    await world.run('BACKUP SNAPSHOT shop.one TO r');
    await world.run('CANCEL BACKUP FROM shop');
    const [job] = await world.rows('SHOW BACKUP FROM shop');
    assert.deepEqual([job?.[3], job?.[12]], ['CANCELLED', '[COMMON_ERROR, msg: user cancelled]']);
    await world.run('BACKUP SNAPSHOT shop.one TO r');
    await world.settled();
    assert.deepEqual(
      (await world.rows('SHOW SNAPSHOT ON r')).map((row) => [row[0], row[2]]),
      [['one', 'OK']],
    );
  });

  it('cannot touch a job that has ended', async () => {
    await world.refuses(
      'CANCEL BACKUP FROM shop',
      'backup',
      /^Failed to cancel job: Job with label one can not be cancelled\. state: FINISHED$/,
    );
    await world.refuses('CANCEL RESTORE FROM shop', 'backup', /No restore is currently running/);
  });
});
