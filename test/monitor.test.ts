import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { parse } from 'yaml';
import { silentLog } from '../src/base/log.ts';
import { parseArguments } from '../src/config/load.ts';
import { type HoldfastServer, startServer } from '../src/server.ts';
import { connectMysql2 } from './support/clients.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';
import { until } from './support/until.ts';

const anyFreePort = '127.0.0.1:0';
const runbooks = 'docs/runbooks';

describe('a server that is watched', () => {
  let folder: TemporaryFolder;
  let server: HoldfastServer;
  before(async () => {
    folder = await temporaryFolder();
    const data = path.join(folder.path, 'data');
    const flags = ['serve', '--listen', anyFreePort, '--metrics', anyFreePort, '--data', data];
    const command = parseArguments(flags, {});
    assert.ok(command.kind === 'serve');
    server = await startServer(command.config, silentLog);
  });
  after(async () => {
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  async function get(at: string): Promise<string> {
    assert.ok(server.monitor);
    const { host, port } = server.monitor;
    return await (await fetch(`http://${host}:${port}${at}`)).text();
  }

  it('is ready, and tells what a backup came to', async () => {
    assert.equal(await get('/readyz'), 'ready\n');
    await using connection = await connectMysql2({
      port: server.port,
      user: 'root',
      multipleStatements: true,
    });
    await connection.query(`
      CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${path.join(folder.path, 'repository')}";
      CREATE DATABASE shop;
      CREATE TABLE shop.item (id INT PRIMARY KEY);
      INSERT INTO shop.item VALUES (1), (2);
      BACKUP SNAPSHOT shop.nightly TO r;
    `);
    const [frontends] = await connection.query<RowDataPacket[]>('SHOW FRONTENDS');
    assert.equal(frontends[0]?.['HttpPort'], String(server.monitor?.port));
    const text = await until('a backup that has ended', async () => {
      const now = await get('/metrics');
      // The end is counted a moment before the job is shown as ended.
      const ends = [
        'holdfast_jobs_ended_total{kind="backup",result="finished"} 1',
        'holdfast_jobs{kind="backup",state="FINISHED"} 1',
      ];
      return ends.every((line) => now.includes(line)) ? now : undefined;
    });
    for (const line of [
      'holdfast_job_rows_total{kind="backup"} 2',
      'holdfast_connections 1',
      'holdfast_metastore_up 1',
      'holdfast_nodes{state="alive"} 1',
      'holdfast_tasks_unfinished{kind="backup"} 0',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line);
    }
    assert.match(text, /^holdfast_store_bytes_total\{operation="put"\} [1-9]/m);
    assert.match(
      text,
      /^holdfast_backup_last_success_timestamp_seconds\{catalog="default_catalog",database="shop"\} \d/m,
    );
    assert.match(text, /^holdfast_project_epoch\{project="default_catalog.shop",node=".+"\} 1$/m);
    assert.match(text, /^process_resident_memory_bytes [1-9]/m);
  });

  it('has every metric that the documentation and the rules name, and each of ours is documented', async () => {
    const known = new Set([...(await get('/metrics')).matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1]));
    const page = readFileSync('docs/monitoring.md', 'utf8');
    const rules = readFileSync('docs/alert-rules.yaml', 'utf8');
    const named = [...`${page}${rules}`.matchAll(/\b(?:holdfast|process|nodejs)_[a-z_]+\b/g)].map(([name]) =>
      name.replace(/_(?:bucket|sum|count)$/, ''),
    );
    const words = new Set(
      named.filter((name) =>
        /_(?:total|seconds|bytes|info|up|max|jobs|nodes|epoch|fds|unfinished)$|^holdfast_connections$/.test(
          name,
        ),
      ),
    );
    assert.deepEqual([...words.difference(known)], []);
    assert.deepEqual([...known.difference(words)], [], 'metrics that docs/monitoring.md does not name');
  });
});

type Rules = Readonly<{ groups: readonly Readonly<{ rules: readonly Rule[] }>[] }>;
type Rule = Readonly<{
  alert: string;
  expr: string;
  labels: Readonly<{ severity: string }>;
  annotations: Readonly<{ summary: string; runbook_url: string }>;
}>;

describe('the example of alert rules', () => {
  const { groups } = parse(readFileSync('docs/alert-rules.yaml', 'utf8')) as Rules;
  const rules = groups.flatMap((group) => group.rules);

  for (const { alert, labels, annotations } of rules) {
    it(`has a page for ${alert} that says what it means and what to do`, () => {
      const page = path.join(runbooks, path.basename(annotations.runbook_url));
      assert.ok(existsSync(page), page);
      const text = readFileSync(page, 'utf8');
      assert.match(text, new RegExp(`^# ${alert}$`, 'm'));
      assert.match(text, /^## What it means$/m);
      assert.match(text, /^## What to do$/m);
      assert.ok(['page', 'ticket'].includes(labels.severity));
      assert.ok(annotations.summary.length > 0);
    });
  }

  it('has a rule for each page', () => {
    const pages = readdirSync(runbooks).filter((name) => name !== 'README.md');
    assert.deepEqual(
      pages.sort(),
      rules.map(({ annotations }) => path.basename(annotations.runbook_url)).sort(),
    );
  });

  it('names only events that the log has', () => {
    const events = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/event=~?"([^"]+)"/g)].flatMap((match) => (match[1] ?? '').split('|')),
    );
    assert.ok(events.length > 0);
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join('src', file), 'utf8'))
      .join('\n');
    assert.deepEqual(
      events.filter((event) => !sources.includes(`'${event}'`)),
      [],
    );
  });
});
