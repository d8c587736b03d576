import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runMariadb } from '../support/clients.ts';
import { createCatalog } from '../support/pass-through-world.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const client = findMariadbClient();

/** Holdfast speaks StarRocks' dialect, and so stands for a StarRocks that is somebody else's. */
const there: readonly string[] = [
  'CREATE DATABASE shop',
  'USE shop',
  `CREATE TABLE item (id BIGINT NOT NULL, big LARGEINT, t STRING, ok BOOLEAN, d DECIMAL(38,3), at DATETIME, j JSON)
     PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 2`,
  "INSERT INTO item VALUES (1, 170141183460469231731687303715884105727, 'größe', true, 1.500, '2024-01-01 00:00:01', '[1]'), (2, NULL, NULL, NULL, NULL, NULL, NULL)",
  `CREATE TABLE sale (day DATE NOT NULL, n INT) DUPLICATE KEY (day) PARTITION BY RANGE (day)
     (PARTITION p1 VALUES LESS THAN ("2025-01-01"), PARTITION p2 VALUES LESS THAN ("2026-01-01")) DISTRIBUTED BY HASH (day)`,
  "INSERT INTO sale VALUES ('2024-05-05', 1), ('2025-05-05', 2)",
  'CREATE VIEW dear AS SELECT id, t FROM item WHERE d > 1',
];

describe(
  'a second Holdfast as the StarRocks of a catalog',
  { skip: skipReason(client, 'mariadb-client') },
  () => {
    let folder: TemporaryFolder;
    let ours: ServerProcess;
    let theirs: ServerProcess;

    before(async () => {
      folder = await temporaryFolder();
      ours = await ServerProcess.start({ data: `${folder.path}/ours` });
      theirs = await ServerProcess.start({ data: `${folder.path}/theirs` });
      await ask(theirs, ...there);
      await ask(
        ours,
        `CREATE REPOSITORY repo WITH BROKER ON LOCATION "file://${folder.path}/repository"`,
        createCatalog('sr', { type: 'mysql', host: '127.0.0.1', port: String(theirs.port), user: 'root' }),
      );
    });
    after(async () => {
      await ours[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    });

    async function ask(server: ServerProcess, ...statements: readonly string[]): Promise<string> {
      const login = { port: server.port, user: 'root', password: '' };
      const args = ['--skip-ssl', '--execute', statements.join(';\n')];
      const answer = await runMariadb(client ?? 'mariadb', login, args);
      assert.equal(answer.exitCode, 0, answer.stderr);
      return answer.stdout.trim();
    }

    async function finished(kind: 'BACKUP' | 'RESTORE', database: string): Promise<void> {
      const row = await until(`${kind} of ${database} at its end`, async () => {
        const shown = await ask(ours, `SHOW ${kind} FROM ${database}`);
        return /\t(?:FINISHED|CANCELLED)\t/.test(shown) ? shown : undefined;
      });
      assert.match(row, /\tFINISHED\t.*\[OK\]/);
    }

    it('is saved, and gets everything back under another name', async () => {
      await ask(ours, 'BACKUP SNAPSHOT sr.shop.nightly TO repo');
      await finished('BACKUP', 'sr.shop');
      const [moment = ''] = (await ask(ours, 'SHOW SNAPSHOT ON repo')).match(/\d{4}(?:-\d\d){5}-\d{3}/) ?? [];
      await ask(
        ours,
        `RESTORE SNAPSHOT nightly FROM repo DATABASE sr.shop AS copy PROPERTIES ("backup_timestamp" = "${moment}")`,
      );
      await finished('RESTORE', 'sr.copy');
      const rows = (database: string): string =>
        `SELECT * FROM ${database}.item ORDER BY id; SELECT * FROM ${database}.sale PARTITION (p2); SELECT * FROM ${database}.dear`;
      assert.equal(await ask(theirs, rows('copy')), await ask(theirs, rows('shop')));
      assert.match(await ask(theirs, rows('copy')), /170141183460469231731687303715884105727/);
      await ask(
        ours,
        `RESTORE SNAPSHOT default_catalog.inside.nightly FROM repo ON (item, sale) PROPERTIES ("backup_timestamp" = "${moment}")`,
      );
      await finished('RESTORE', 'default_catalog.inside');
      const tables = 'SELECT * FROM item ORDER BY id; SELECT * FROM sale ORDER BY day';
      assert.equal(await ask(ours, 'USE inside', tables), await ask(theirs, 'USE shop', tables));
    });
  },
);
