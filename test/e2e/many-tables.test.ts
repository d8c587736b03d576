import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it, type TestContext } from 'node:test';
import { CatalogWorld } from '../support/catalog-world.ts';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';

const skip = mariadbSkipReason() || skipReason(findMariadbClient(), 'mariadb-client');
/** In the suite; TABLES=1000 by hand takes minutes, since the server makes each table and its index by itself. */
const tables = Number(process.env['TABLES'] ?? 150);
/** Above what the process takes when it has just started, in MiB. */
const memoryMiBMax = 512;

/** For a thousand tables on a busy machine with two processors. */
const jobMsMax = 600_000;
const testMsMax = 1_300_000;
const pieceLength = 400;

const named = Array.from({ length: tables }, (_, index) => `t${index}`);

/** Each with an index, a foreign key to the one before, and rows of its own. */
const statements: readonly string[] = named.flatMap((name, index) => [
  `CREATE TABLE ${name} (id INT PRIMARY KEY AUTO_INCREMENT, before_it INT, v VARCHAR(30), KEY v (v)` +
    (index === 0
      ? ')'
      : `, CONSTRAINT f${index} FOREIGN KEY (before_it) REFERENCES ${named[index - 1]} (id))`),
  `INSERT INTO ${name} (before_it, v) VALUES (NULL, 'row of ${name}'), (${index === 0 ? 'NULL' : 1}, '${index}')`,
]);

describe(`a database of ${tables} tables`, { skip }, () => {
  let world: CatalogWorld;

  before(async () => {
    world = await CatalogWorld.open();
    await world.direct(world.prod, 'CREATE DATABASE many');
    await inPieces(statements, (piece) => world.direct(world.prod, 'USE many', ...piece));
  });

  after(async () => world[Symbol.asyncDispose]());

  it('is saved, and comes back whole on another server', { timeout: testMsMax }, async (test) => {
    const shown = await shownTables(world.prod);
    const idle = peakMiB(world.pid);
    await timed(test, 'backup', async () => {
      await world.ask('BACKUP SNAPSHOT prod.many.all_of_them TO repo');
      await world.finished('BACKUP', 'prod.many', jobMsMax);
    });
    const moment = await world.moment('all_of_them');
    await timed(test, 'restore', async () => {
      await world.ask(`RESTORE SNAPSHOT other.many.all_of_them FROM repo ${moment}`);
      await world.finished('RESTORE', 'other.many', jobMsMax);
    });
    assert.deepEqual(await shownTables(world.other), shown);
    const added = peakMiB(world.pid) - idle;
    test.diagnostic(`memory: ${idle} MiB, and ${added} MiB more at most`);
    assert.ok(added <= memoryMiBMax, `${added} MiB`);
  });

  /** SHOW CREATE TABLE and CHECKSUM TABLE of each, as the server says them. */
  async function shownTables(server: CatalogWorld['prod']): Promise<string> {
    const created = named.map((name) => `SHOW CREATE TABLE ${name}`);
    const shown = await inPieces(created, (piece) => world.direct(server, 'USE many', ...piece));
    return [...shown, await world.direct(server, 'USE many', `CHECKSUM TABLE ${named.join(', ')}`)].join(
      '\n',
    );
  }
});

/** A command line has a limit. */
async function inPieces<T>(
  all: readonly string[],
  run: (piece: readonly string[]) => Promise<T>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  for (let from = 0; from < all.length; from += pieceLength)
    answers.push(await run(all.slice(from, from + pieceLength)));
  return answers;
}

async function timed(test: TestContext, what: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  test.diagnostic(`${what}: ${Math.round(performance.now() - start)} ms`);
}

/** The most memory that a process has had, in MiB: VmHWM of proc(5). */
function peakMiB(pid: number): number {
  const [, kib = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
}
