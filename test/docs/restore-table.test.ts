import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { splitStatements } from '../../src/sql/splitter.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import { errorNumber } from '../../src/dispatch/sql-error.ts';
import { World } from '../dispatch/world.ts';
import { type CaseRow, caseRows } from './case-table.ts';
import { blocksOf } from './page.ts';

const page = 'docs/restore-and-existing-data.md';
const columns = ['What is there', 'Made by', 'RESTORE', 'PROPERTIES', 'Result', 'Then'];
/** The place that the page names. */
const shownPlace = 'file:///srv/backups';

describe(page, () => {
  let world: World;
  const setup = blocksOf(page)[0]?.statements ?? [];
  const isOnce = (sql: string): boolean => /^(CREATE REPOSITORY|BACKUP)\b/.test(sql);

  before(async () => {
    world = await World.open();
    for (const sql of setup) {
      await world.run(sql.replace(shownPlace, world.place()));
      if (sql.startsWith('BACKUP')) await world.settled();
    }
  });
  after(() => world[Symbol.asyncDispose]());

  async function begin(made: string): Promise<void> {
    await world.settled();
    for (const name of ['shop', 'copy']) await world.run(`DROP DATABASE IF EXISTS ${name}`);
    for (const sql of setup.filter((each) => !isOnce(each))) await world.run(sql);
    for (const { text } of splitStatements(made)) await world.run(text);
  }

  /** RESTORE without its first word, as a row of the page has it. */
  async function statement(tail: string, properties: string): Promise<string> {
    const isWhole = !tail.startsWith('SNAPSHOT');
    const label = isWhole ? 'nightly' : (/^SNAPSHOT shop\.(\w+) FROM repo\b/.exec(tail)?.[1] ?? '');
    const form = isWhole
      ? `SNAPSHOT ${tail.startsWith('DATABASE') ? '' : 'shop.'}nightly FROM repo ${tail}`
      : tail;
    const stamp = (await world.rows(`SHOW SNAPSHOT ON repo WHERE SNAPSHOT = '${label}'`))[0]?.[1] ?? '';
    const pairs = [`"backup_timestamp" = "${stamp}"`, ...(properties === '' ? [] : [properties])];
    return `RESTORE ${form} PROPERTIES (${pairs.join(', ')})`;
  }

  /** How EXPLAIN says that a restore will end: as `restore` does, as far as it can know. */
  async function foretold(sql: string): Promise<string> {
    try {
      const rows = await world.rows(`EXPLAIN ${sql}`);
      const refused = rows.find(([, , , action]) => action === 'REFUSE');
      return refused === undefined ? 'FINISHED' : `CANCELLED ${refused[7]}`;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return `${errorNumber(error.kind)} ${error.message}`;
    }
  }

  /** The words of the page for how it ended: state and Status of the job, or number and text of a refusal. */
  async function restore(sql: string): Promise<string> {
    try {
      await world.run(sql);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return `${errorNumber(error.kind)} ${error.message}`;
    }
    await world.settled();
    const job = world.services.scheduler.list().at(-1);
    assert.ok(job?.kind === 'restore');
    return job.failure === undefined ? job.state : `${job.state} ${job.failure.code} ${job.failure.message}`;
  }

  const codeOf = (row: CaseRow, column: string): readonly string[] => row.cells.get(column)?.code ?? [];

  for (const row of caseRows(page, columns)) {
    const name = row.cells.get('What is there')?.text ?? '';
    it(`line ${row.line}, ${row.heading}: ${name}`, async () => {
      await begin(codeOf(row, 'Made by').join(';'));
      const properties = codeOf(row, 'PROPERTIES').join(', ');
      const sql = await statement(codeOf(row, 'RESTORE').join(' '), properties);
      const said = await foretold(sql);
      const ended = await restore(sql);
      assert.equal(said.replace('CANCELLED ', ''), ended.replace(/^CANCELLED \w+ /, ''), 'EXPLAIN said');
      assert.equal(ended, codeOf(row, 'Result').join(' '));
      const [query, expected] = codeOf(row, 'Then');
      assert.ok(query !== undefined && expected !== undefined, 'a row says what is there then');
      const rows = await world.rows(query);
      assert.equal(rows.map((cells) => cells.join(', ')).join('; '), expected);
    });
  }
});
