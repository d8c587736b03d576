import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { nonReserved, reserved } from '../../grammar/keywords.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import { maxDialectLength, maxNesting, parseDialect } from '../../src/sql/dialect.ts';
import { classify } from '../../src/sql/classifier.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import { printStatement } from '../../src/sql/print.ts';
import { cpuMsOf } from '../support/cpu-time.ts';
import { acceptedStatements, rejectedStatements, withoutOffsets } from './corpus.ts';

describe('dialect', () => {
  for (const { kind, text } of acceptedStatements()) {
    it(`accepts ${JSON.stringify(text.slice(0, 90))} as ${kind}`, () => {
      const statement = parseDialect(text);
      assert.equal(statement.kind, kind);
      assert.equal(classify(tokenize(text)), 'dialect');
      const printed = printStatement(statement);
      assert.deepEqual(withoutOffsets(parseDialect(printed)), withoutOffsets(statement), printed);
      assert.equal(printStatement(parseDialect(printed)), printed);
    });
  }

  for (const { text, message } of rejectedStatements()) {
    it(`refuses ${JSON.stringify(text.slice(0, 90))}`, () => {
      assert.throws(() => parseDialect(text), { name: 'SqlError', message });
    });
  }

  it('gives frozen statements', () => {
    const statement = parseDialect('BACKUP SNAPSHOT a.b TO r ON (t)');
    assert.ok(statement.kind === 'backup');
    assert.ok(
      Object.isFrozen(statement) && Object.isFrozen(statement.label) && Object.isFrozen(statement.objects),
    );
  });

  it('keeps properties in the order written', () => {
    const statement = parseDialect('BACKUP SNAPSHOT a.b TO r PROPERTIES ("z" = "1", "a" = "2")');
    assert.ok('properties' in statement);
    assert.deepEqual(statement.properties, [
      ['z', '1'],
      ['a', '2'],
    ]);
  });

  it('decodes strings and quoted names', () => {
    const text = String.raw`CREATE REPOSITORY ${'`a``b`'} WITH BROKER ON LOCATION 'it''s\n\\' PROPERTIES ("a""b" = "c\"d")`;
    const statement = parseDialect(text);
    assert.ok(statement.kind === 'create_repository');
    assert.equal(statement.name, 'a`b');
    assert.equal(statement.location, "it's\n\\");
    assert.deepEqual(statement.properties, [['a"b', 'c"d']]);
  });

  it('says where a mistake stands, from 1 in its position', () => {
    assert.throws(() => parseDialect('BACKUP\n  SNAPSHOT table TO r'), {
      position: { line: 2, column: 12, offset: 18 },
      hint: 'Put table in backquotes to use it as a name.',
    });
  });

  it('says how to write a name that is in double quotes', () => {
    const hint = 'Double quotes make a string here; put a name in backquotes.';
    assert.throws(() => parseDialect('BACKUP SNAPSHOT "a" TO r'), { hint });
  });

  it('takes StarRocks’ non-reserved words for names, and reserved ones in backquotes only', () => {
    for (const word of nonReserved) {
      assert.equal(
        parseDialect(`BACKUP SNAPSHOT ${word}.${word} TO ${word} ON (${word})`).kind,
        'backup',
        word,
      );
    }
    for (const word of reserved) {
      assert.throws(() => parseDialect(`DROP REPOSITORY ${word.toLowerCase()}`), { kind: 'syntax' }, word);
      assert.equal(parseDialect(`DROP REPOSITORY \`${word}\``).kind, 'drop_repository', word);
    }
    assert.deepEqual(
      reserved.filter((word) => nonReserved.includes(word)),
      [],
    );
  });

  it('keeps the text of WHERE, ORDER BY and LIMIT', () => {
    const text = 'SHOW BACKUP WHERE (a = 1 OR b LIKE "x") ORDER BY a DESC LIMIT 2, 3';
    const statement = parseDialect(text);
    assert.deepEqual(statement, {
      kind: 'show_backup',
      scope: { kind: 'all' },
      where: { text: '(a = 1 OR b LIKE "x")', start: 18, end: 39 },
      orderBy: { text: 'a DESC', start: 49, end: 55 },
      limit: { offset: 2, count: 3 },
    });
  });

  it('reads the conditions that StarRocks understands', () => {
    const statement = parseDialect("SHOW SNAPSHOT ON r WHERE snapshot = 'a' AND Timestamp = 'b'");
    assert.ok(statement.kind === 'show_snapshot');
    assert.deepEqual(statement.where?.filter, {
      kind: 'equals',
      pairs: [
        ['SNAPSHOT', 'a'],
        ['TIMESTAMP', 'b'],
      ],
    });
  });

  it('refuses a text longer than its limit, and brackets nested deeper', () => {
    const limit = { name: 'SqlError', kind: 'resource_limit' };
    assert.throws(() => parseDialect(`BACKUP ${' '.repeat(maxDialectLength)}`), limit);
    assert.throws(() => parseDialect(nested(maxNesting + 1)), limit);
    assert.equal(parseDialect(nested(maxNesting)).kind, 'show_backup');
  });

  it('parses the longest list of tables in bounded time', async () => {
    const items = Array.from({ length: 20_000 }, (_, index) => `t${index} PARTITION (p1, p2)`);
    const text = `BACKUP SNAPSHOT a.b TO r ON (${items.join(', ')})`;
    const tookMs = await cpuMsOf(() => {
      const statement = parseDialect(text);
      assert.ok(statement.kind === 'backup' && statement.objects?.items.length === 20_000);
    });
    assert.ok(tookMs < 5000, `${tookMs} ms`);
  });

  it('throws nothing but its own errors for any mixture of its words', () => {
    const pieces = acceptedStatements().flatMap(({ text }) => tokenize(text).map((token) => token.text));
    const odd = fc.constantFrom(
      '(',
      ')',
      "'",
      '"',
      '`',
      '#',
      '--',
      '/*',
      '\\',
      '.',
      ';',
      '1',
      '\u0000',
      '\ud800',
    );
    const mixture = fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, odd), {
      maxLength: 20,
    });
    const words = fc.tuple(fc.constantFrom('BACKUP', 'RESTORE', 'SHOW', 'CREATE', 'CANCEL', ''), mixture);
    fc.assert(
      fc.property(words, ([first, rest]) => assertOwnError([first, ...rest].join(' '))),
      { numRuns: 3000 },
    );
  });

  it('throws nothing but its own errors for a statement cut short or with a part repeated', () => {
    const statement = fc.constantFrom(...acceptedStatements().map(({ text }) => text));
    const cut = fc
      .tuple(statement, fc.nat(400), fc.nat(400))
      .map(([text, from, to]) => text.slice(0, from) + text.slice(to));
    fc.assert(fc.property(cut, assertOwnError), { numRuns: 2000 });
  });
});

describe('corpus', () => {
  it('has a case for each statement kind of the grammar', () => {
    const grammar = readFileSync('grammar/dialect.peggy', 'utf8');
    const kinds = new Set(
      [...grammar.matchAll(/kind: '([a-z]+_[a-z_]+|backup|restore|cancel)'/g)].map((match) => match[1]),
    );
    for (const other of ['external_catalogs']) kinds.delete(other);
    const covered = new Set(acceptedStatements().map(({ kind }) => kind));
    assert.deepEqual(
      [...kinds].filter((kind) => kind !== undefined && !covered.has(kind)),
      [],
    );
  });
});

function nested(depth: number): string {
  return `SHOW BACKUP WHERE ${'('.repeat(depth)}1${')'.repeat(depth)}`;
}

function assertOwnError(text: string): void {
  try {
    const statement = parseDialect(text);
    assert.deepEqual(withoutOffsets(parseDialect(printStatement(statement))), withoutOffsets(statement));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
}
