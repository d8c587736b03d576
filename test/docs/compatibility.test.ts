import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { ServerProcess } from '../support/server-process.ts';

const page = readFileSync('docs/compatibility.md', 'utf8');

/** The statements in the tables of each section, with the error that the section's title names. */
const refused = page.split(/^## /m).flatMap((section) => {
  const [, number] = /^[^\n]*error (\d+)|^Error (\d+)/i.exec(section) ?? [];
  if (number === undefined) return [];
  return [...section.matchAll(/^\|.*?\| `([^`]+)`/gm)].map(([, sql = '']) => ({
    number: Number(number),
    sql,
  }));
});

describe('docs/compatibility.md', () => {
  let server: ServerProcess;
  let root: Connection;
  before(async () => {
    server = await ServerProcess.start();
    root = await server.connect({ multipleStatements: true });
    const [, setup = ''] = /```sql\n([^`]*)```/.exec(page) ?? [];
    await root.query(setup);
  });
  after(async () => {
    root.destroy();
    await server.stop();
  });

  it('names what is refused', () => assert.ok(refused.length > 30));

  for (const { number, sql } of refused) {
    it(`says what happens to ${sql}`, () => assert.rejects(root.query(sql), { errno: number }));
  }
});
