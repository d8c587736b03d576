import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Manifest } from '../../src/snapshot/manifest.ts';
import { decodeManifest, encodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { changeBank, digestBank, type BankDigest, makeBank } from '../support/bank.ts';
import { serverSource } from '../support/crash-subjects.ts';
import { CrashWorld } from '../support/crash-world.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { blobFile, manifestFile } from '../support/repository-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** More rows than the small database has, by far. */
const bombRows = 2_000_000;
/** Beyond what is read of a manifest. */
const gigantic = 300 * 1024 ** 2;

type Table = Extract<Manifest['objects'][number], { kind: 'TABLE' }>;

for (const source of ['embedded', 'mariadb'] as const) {
  const skip = source === 'mariadb' && mariadbSkipReason();
  describe(`a repository that was written by an enemy of the ${source} source`, { skip }, () => {
    const held = new AsyncDisposableStack();
    let world: CrashWorld;
    let file: string;
    let honest: Buffer;
    let live: BankDigest;

    before(async () => {
      const from =
        source === 'mariadb' ? { source: held.use(await serverSource(await MariadbServer.start())) } : {};
      world = held.use(await CrashWorld.create(from));
      await makeBank(world.rowsConnection, 2);
      await world.rowsConnection.query('CREATE DATABASE precious');
      await world.rowsConnection.query('CREATE TABLE precious.gem (id INT PRIMARY KEY)');
      await world.rowsConnection.query('INSERT INTO precious.gem VALUES (1), (2)');
      assert.equal((await world.backUp('one'))['Status'], '[OK]');
      await changeBank(world.rowsConnection, 1);
      live = await digestBank(world.rowsConnection);
      file = manifestFile(world.place, 'r', 'one');
      honest = readFileSync(file);
    });
    after(() => held.disposeAsync());

    afterEach(async () => {
      writeFileSync(file, honest);
      const [gems] = await world.rowsConnection.query('SELECT count(*) AS gems FROM precious.gem');
      assert.match(JSON.stringify(gems), /"gems":"?2"?/, 'what is beside the database is untouched');
      await world.cleaned();
    });

    /** Writes a manifest with a right hash, changed as an enemy wants it. */
    function forge(change: (manifest: Manifest) => Manifest): void {
      writeFileSync(file, encodeManifest(change(decodeManifest(honest, 'm').manifest)).bytes);
    }

    function forgeTable(change: (table: Table) => Partial<Table>): void {
      forge((manifest) => ({
        ...manifest,
        objects: manifest.objects.map((object) =>
          object.kind === 'TABLE' && object.name === 'entry' ? { ...object, ...change(object) } : object,
        ),
      }));
    }

    /** Cancelled, or refused at once; the rows are as they were. */
    async function isRefused(reason: RegExp): Promise<void> {
      let text: string;
      try {
        text = String((await world.restore('one'))['Status']);
      } catch (error) {
        text = String(error);
      }
      assert.match(text, reason);
      assert.deepEqual(await digestBank(world.rowsConnection), live);
    }

    it('with a file of kilobytes that holds rows without end is refused before they are loaded', async () => {
      const { sha256, bytes } = await plantBomb(world.place);
      forgeTable(
        ({ chunks }) => ({ chunks: chunks?.map((chunk) => ({ ...chunk, sha256, bytes })) }) as Partial<Table>,
      );
      await isRefused(new RegExp(`${sha256} hold ${bombRows} rows, and the manifest says \\d+`));
    });

    it(
      'with a gigantic manifest is told apart',
      { skip: source === 'mariadb' && 'as the other source' },
      async () => {
        truncateSync(file, gigantic);
        const [row] = await world.rows('SHOW SNAPSHOT ON r');
        assert.match(String(row?.['Status']), /^ERROR/);
        await isRefused(/backup_timestamp|manifest|timestamp/);
      },
    );

    for (const sha256 of ['../../../../../../etc/passwd', `${'a'.repeat(62)}/.`, 'A'.repeat(64)]) {
      it(`with a blob of the name ${sha256.slice(0, 20)} reaches no other file`, async () => {
        forgeTable(
          ({ chunks }) => ({ chunks: chunks?.map((chunk) => ({ ...chunk, sha256 })) }) as Partial<Table>,
        );
        await isRefused(/sha256|hash|timestamp/i);
      });
    }

    it('with a second statement in a definition runs none', async () => {
      forgeTable(({ ddl }) => ({ ddl: `${ddl}; DROP DATABASE precious` }));
      const status = await world.restore('one').then(
        (job) => String(job['Status']),
        (error: unknown) => String(error),
      );
      // A definition that is not looked at is as good as one that is refused.
      if (status === '[OK]') {
        await changeBank(world.rowsConnection, 1);
        live = await digestBank(world.rowsConnection);
      } else assert.deepEqual(await digestBank(world.rowsConnection), live);
    });

    it('with a definition of another table touches it not', async () => {
      forgeTable(() => ({ ddl: 'DROP TABLE precious.gem' }));
      const status = await world.restore('one').then(
        (job) => String(job['Status']),
        (error: unknown) => String(error),
      );
      if (status === '[OK]') {
        await changeBank(world.rowsConnection, 1);
        live = await digestBank(world.rowsConnection);
      } else assert.deepEqual(await digestBank(world.rowsConnection), live);
    });

    for (const name of ['../../evil', "`; DROP DATABASE precious; -- '; DROP DATABASE precious; --"]) {
      it(`with a table of the name ${name} makes at most such a table`, async () => {
        forgeTable((table) => ({ ...table, name }));
        await world.restore('one').catch(() => undefined);
        await digestBank(world.rowsConnection);
      });
    }
  });
}

async function plantBomb(place: string): Promise<Readonly<{ sha256: string; bytes: number }>> {
  await using folder = await temporaryFolder();
  const bomb = path.join(folder.path, 'bomb.parquet');
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 1::BIGINT AS id, 1::DECIMAL(20,2) AS amount, repeat('x', 200) AS note FROM range(${bombRows}))
     TO '${bomb}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
  const sha256 = createHash('sha256').update(readFileSync(bomb)).digest('hex');
  const target = blobFile(place, 'r', sha256);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(bomb, target);
  return { sha256, bytes: statSync(bomb).size };
}
