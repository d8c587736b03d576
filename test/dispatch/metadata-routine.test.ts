import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { MetadataRoutine } from '../../src/dispatch/metadata-routine.ts';
import type { Services } from '../../src/dispatch/services.ts';
import { manifestPath } from '../../src/metastore/kylin/manifest.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { until } from '../support/until.ts';
import { World } from './world.ts';

const hourMs = 3_600_000;

describe('the routine that backs up metadata', () => {
  let world: World;
  let folder: string;
  const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
  before(async () => {
    world = await World.open();
    folder = world.services.metadata.folder;
  });
  after(() => world[Symbol.asyncDispose]());

  const routineOf = (services: MetadataRoutineServices = world.services): MetadataRoutine =>
    new MetadataRoutine({ services, clock, log: silentLog });

  /** The folders that it has made, oldest first. */
  async function made(): Promise<readonly string[]> {
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => /_routine_backup(-\d+)?$/.test(name)).sort();
  }

  async function every(hours: number, kept: number): Promise<void> {
    await world.run(
      `ADMIN SET FRONTEND CONFIG ("metadata_backup_interval_hours" = "${hours}", "metadata_backups_kept" = "${kept}")`,
    );
  }

  /** The backup of a routine that was started, and is stopped. */
  async function byTimer(): Promise<string | undefined> {
    await using routine = routineOf();
    routine.start();
    clock.advance(hourMs);
    return await until('the job has finished', async () => {
      const [job] = await world.rows('SHOW METADATA BACKUPS LIMIT 1');
      return job?.[2] === 'FINISHED' ? (await made()).at(-1) : undefined;
    });
  }

  it('does nothing unless it is asked to, nor on a node that does not own what belongs to no database', async () => {
    await using routine = routineOf();
    await routine.look();
    assert.deepEqual(await made(), []);
    await every(24, 2);
    const node = {
      ...world.services.node,
      ownership: { ...world.services.node.ownership, holds: () => false },
    };
    await using other = routineOf({ ...world.services, node });
    await other.look();
    assert.deepEqual(await made(), []);
  });

  it('backs up an hour after its start, and again when the time has passed', async () => {
    const first = await byTimer();
    assert.match(first ?? '', /^\d{4}(-\d\d){5}_routine_backup$/);
    assert.deepEqual((await world.rows(`VERIFY METADATA FROM '${first}'`)).at(-1), ['qualified', 'true']);
    const [job] = await world.rows('SHOW METADATA BACKUPS LIMIT 1');
    assert.deepEqual([job?.[1], job?.[2], job?.[13]], ['BACKUP', 'FINISHED', 'metadata routine']);
    await using again = routineOf();
    clock.advance(23 * hourMs);
    await again.look();
    assert.equal((await made()).length, 1, 'it is not a day old');
    clock.advance(2 * hourMs);
    await again.look();
    assert.equal((await made()).length, 2);
  });

  it('keeps the newest, and removes no backup that somebody else has made', async () => {
    await world.run("BACKUP METADATA FOLDER 'by_hand'");
    const before = await made();
    await using routine = routineOf();
    clock.advance(25 * hourMs);
    await routine.look();
    const names = await made();
    assert.equal(names.length, 2);
    assert.ok(!names.includes(before[0] ?? ''), 'the oldest is gone');
    const left = await readdir(folder);
    assert.ok(left.includes('by_hand'));
    assert.ok(!left.includes(path.basename(manifestPath(path.join(folder, before[0] ?? '')))));
  });

  it('removes what a crash has left of one that it was removing', async () => {
    const [oldest] = await made();
    await rm(path.join(folder, oldest ?? ''), { recursive: true });
    await every(24, 1);
    await using routine = routineOf();
    await routine.look();
    const left = (await readdir(folder)).filter((name) => name.includes('_routine_backup'));
    assert.deepEqual(left.sort(), [
      ...(await made()),
      ...(await made()).map((name) => `${name}.manifest.json`),
    ]);
    assert.equal((await made()).length, 1);
  });

  it('backs up into a repository where that is the place, and keeps the newest there', async () => {
    await world.run(`CREATE REPOSITORY vault WITH BROKER ON LOCATION "file://${path.dirname(folder)}/vault"`);
    await every(24, 2);
    const metadata = {
      ...world.services.metadata,
      place: { kind: 'repository', repository: 'vault' } as const,
    };
    const names = async (): Promise<readonly unknown[]> =>
      (await world.rows('SHOW METADATA BACKUPS FROM vault')).map(([name]) => name);
    await world.run("BACKUP METADATA TO vault FOLDER 'by_hand'");
    await using routine = routineOf({ ...world.services, metadata });
    for (let round = 0; round < 3; round++) {
      await routine.look();
      clock.advance(25 * hourMs);
    }
    const found = await names();
    assert.equal(found.filter((name) => String(name).endsWith('_routine_backup')).length, 2);
    assert.ok(found.includes('by_hand'));
    await routine.look();
    assert.deepEqual((await names()).filter((name) => found.includes(name)).length, 2, 'the oldest is gone');
  });

  it('says in the log that it failed, and tries again', async () => {
    const events: string[] = [];
    const place = { kind: 'path', path: '/proc/no_such_place/backups' } as const;
    const busy = { ...world.services.metadata, place };
    const log = { ...silentLog, warn: (event: string) => void events.push(event) };
    await using routine = new MetadataRoutine({
      services: { ...world.services, metadata: busy },
      clock,
      log,
    });
    clock.advance(25 * hourMs);
    await routine.look();
    assert.deepEqual(events, ['metadata_routine_failed']);
    const [job] = await world.rows('SHOW METADATA BACKUPS LIMIT 1');
    assert.equal(job?.[2], 'FAILED');
  });
});

type MetadataRoutineServices = Pick<Services, 'node' | 'metadata' | 'settings' | 'openRepository'>;
