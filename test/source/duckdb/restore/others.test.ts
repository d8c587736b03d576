import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RestoreOption } from '../../../../src/source/restoring.ts';
import { EmbeddedSource } from '../../../../src/source/duckdb/source.ts';
import type { OpenSource } from '../../../conformance/source.ts';
import { assertFails, calm, copyOf, planFor } from '../../../conformance/source/support.ts';
import { EngineFixture } from '../engine-fixture.ts';

type Opened = Readonly<{ fixture: EngineFixture; subject: OpenSource }>;

/** A function of two overloads, one that calls it, and a view that calls both. */
async function open(): Promise<Opened> {
  const fixture = await EngineFixture.open();
  await fixture.all(
    'CREATE FUNCTION f(a INT) RETURNS INT RETURN a + 1',
    "CREATE FUNCTION f(a VARCHAR(9)) RETURNS VARCHAR(9) RETURN CONCAT(a, '!')",
    'CREATE FUNCTION e(a INT) RETURNS INT RETURN shop.f(f(a))',
    "CREATE VIEW v AS SELECT shop.e(1) AS x, f('y') AS y",
  );
  const subject = {
    source: new EmbeddedSource(fixture.embedded),
    folder: fixture.engine.stagingFolder,
    run: async (sql: string) => fixture.run(sql),
    rows: async (sql: string) => fixture.rows(sql),
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { fixture, subject };
}

const everything = [
  { kind: 'VIEW', name: 'v' },
  { kind: 'FUNCTION', name: 'e' },
  { kind: 'FUNCTION', name: 'f' },
] as const;

type Wanted = Readonly<{
  database: string;
  aliases?: Readonly<Record<string, string>>;
  options?: readonly RestoreOption[];
}>;

async function restore(
  { subject }: Opened,
  copy: Awaited<ReturnType<typeof copyOf>>,
  to: Wanted,
): Promise<void> {
  await using restoring = await subject.source.openRestore('1', to.database, calm);
  const plan = planFor(copy, { ...to, createDatabase: true });
  await restoring.prepare({ ...plan, ...(to.options !== undefined && { options: to.options }) }, calm);
  await restoring.commit(calm);
}

describe('functions and views of a snapshot', () => {
  it('are listed, and say what they read', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    const listed = await subject.source.listObjects('shop', calm);
    assert.deepEqual(listed, [
      { kind: 'VIEW', name: 'v' },
      { kind: 'FUNCTION', name: 'e' },
      { kind: 'FUNCTION', name: 'f' },
    ]);
    const { others } = await copyOf(subject, everything);
    assert.deepEqual(
      others.map((other) => 'dependsOn' in other && [other.name, other.dependsOn]),
      [
        ['v', ['e', 'f']],
        ['e', ['f']],
        ['f', []],
      ],
    );
  });

  it('come back with all overloads, also in a database of another name', async () => {
    const opened = await open();
    await using fixture = opened.fixture;
    const copy = await copyOf(opened.subject, everything);
    await fixture.run('DROP DATABASE shop');
    await restore(opened, copy, { database: 'mall' });
    assert.deepEqual(await fixture.lines('SELECT x, y, mall.e(5) FROM mall.v'), ['3|y!|7']);
    await fixture.reopen();
    assert.deepEqual(await fixture.lines("SELECT mall.f(1), mall.f('a')"), ['2|a!']);
  });

  it('take another name, all overloads together', async () => {
    const opened = await open();
    await using fixture = opened.fixture;
    const copy = await copyOf(opened.subject, [{ kind: 'FUNCTION', name: 'f' }]);
    await restore(opened, copy, { database: 'shop', aliases: { f: 'g' } });
    assert.deepEqual(await fixture.lines("SELECT g(1), g('a'), f(1)"), ['2|a!|2']);
  });

  it('leave equal ones alone, and other overloads too', async () => {
    const opened = await open();
    await using fixture = opened.fixture;
    const copy = await copyOf(opened.subject, [{ kind: 'FUNCTION', name: 'f' }]);
    await fixture.all('DROP FUNCTION f(VARCHAR)', 'CREATE FUNCTION f(a INT, b INT) RETURNS a * b');
    await restore(opened, copy, { database: 'shop' });
    assert.deepEqual(await fixture.lines("SELECT f(1), f('a'), f(3, 4)"), ['2|a!|12']);
  });

  it('do not replace another function of the same parameters, unless they are to', async () => {
    const opened = await open();
    await using fixture = opened.fixture;
    const copy = await copyOf(opened.subject, [{ kind: 'FUNCTION', name: 'f' }]);
    await fixture.run('CREATE OR REPLACE FUNCTION f(a INT) RETURNS INT RETURN a - 1');
    const error = await assertFails('conflict', restore(opened, copy, { database: 'shop' }));
    assert.equal(error.message, 'Function f(INT) already exist but with different definition');
    assert.deepEqual(await fixture.lines('SELECT f(1)'), ['0']);
    await restore(opened, copy, { database: 'shop', options: ['force_replace'] });
    assert.deepEqual(await fixture.lines('SELECT f(1)'), ['2']);
  });

  it('come back before what they read is there', async () => {
    const opened = await open();
    await using fixture = opened.fixture;
    const copy = await copyOf(opened.subject, [
      { kind: 'VIEW', name: 'v' },
      { kind: 'FUNCTION', name: 'e' },
    ]);
    await fixture.run('DROP DATABASE shop');
    await restore(opened, copy, { database: 'shop' });
    assert.match(await fixture.error('SELECT * FROM v'), /references invalid table/);
    await fixture.all(
      'CREATE FUNCTION f(a INT) RETURNS INT RETURN a',
      'CREATE FUNCTION f(a VARCHAR(9)) RETURNS VARCHAR(9) RETURN a',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM v'), ['1|y']);
  });

  it('do not take the place of a table', async () => {
    const opened = await open();
    await using fixture = opened.fixture;
    const copy = await copyOf(opened.subject, [
      { kind: 'VIEW', name: 'v' },
      { kind: 'FUNCTION', name: 'f' },
    ]);
    await fixture.all('DROP VIEW v', 'CREATE TABLE v (a INT)', 'CREATE TABLE f (a INT)');
    await assertFails('bad_replace', restore(opened, copy, { database: 'shop' }));
    const functions = await copyOf(opened.subject, [{ kind: 'FUNCTION', name: 'f' }]);
    await restore(opened, functions, { database: 'shop' });
    assert.deepEqual(await fixture.lines('SELECT COUNT(*), f(1) FROM f'), ['0|2']);
  });

  it('leave out materialized views of which the engine cannot read the definition', async () => {
    const opened = await open();
    await using fixture = opened.fixture;
    await using restoring = await opened.subject.source.openRestore('1', 'shop', calm);
    const copy = await copyOf(opened.subject, [{ kind: 'FUNCTION', name: 'f' }]);
    const { others, ...plan } = planFor(copy, { database: 'shop' });
    const ddl = 'CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT 1';
    const foreign = ['m', 'M'].map(
      (name) => ({ kind: 'MATERIALIZED_VIEW', name, target: name, ddl }) as const,
    );
    await fixture.run('DROP FUNCTION f(INT)');
    await restoring.prepare({ ...plan, others: [...others, ...foreign] }, calm);
    await restoring.commit(calm);
    const why = (name: string): string =>
      `materialized view ${name} was not restored: the embedded engine cannot read its definition`;
    assert.deepEqual(
      await restoring.leftOut?.(calm),
      foreign.map(({ target }) => ({ target, why: why(target) })),
    );
    assert.deepEqual(await fixture.lines('SELECT f(1)'), ['2']);
  });
});
