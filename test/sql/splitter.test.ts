import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SqlError } from '../../src/base/sql-error.ts';
import { splitStatements, statementsMax } from '../../src/sql/splitter.ts';

const procedure = `CREATE DEFINER=\`root\`@\`%\` PROCEDURE p(IN n INT)
BEGIN
  DECLARE i INT DEFAULT 0;
  l: LOOP
    IF i > n THEN LEAVE l; ELSEIF i = 3 THEN SET i = IF(n > 1, 2, 3); END IF;
    WHILE i < 2 DO SET i = i + 1; END WHILE;
    REPEAT SET i = i + 1; SELECT REPEAT('a;', 2); UNTIL i > 5 END REPEAT;
    CASE i WHEN 1 THEN SELECT CASE i WHEN 1 THEN 2 END; ELSE BEGIN END; END CASE;
  END LOOP;
END`;
const trigger = `CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.\`end\` = 2; END`;

const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
  ['nothing', '', []],
  ['blanks and lone separators', ' ; ;\n', []],
  ['comments only', '/* a */ -- b\n# c\n; /*+ d */', []],
  ['one statement with its separator', 'SELECT 1;', ['SELECT 1']],
  ['several statements', 'a ;\n b; c', ['a', 'b', 'c']],
  ['a separator in a string', `SELECT ';', ";", \`;\`; b`, [`SELECT ';', ";", \`;\``, 'b']],
  ['a separator in a comment', 'a /* ; */ b -- ;\n; c # ;', ['a /* ; */ b -- ;', 'c # ;']],
  ['an executed comment as a statement', '/*!40101 SET NAMES x */; b', ['/*!40101 SET NAMES x */', 'b']],
  ['a separator in an executed comment', '/*!40101 a; b */; c', ['/*!40101 a; b */', 'c']],
  ['a skipped executed comment', '/*!99999 a; b */; c', ['c']],
  ['a leading comment, kept for its hints', '/* app */ SELECT 1', ['/* app */ SELECT 1']],
  ['a procedure', `${procedure}; SELECT 1`, [procedure, 'SELECT 1']],
  ['a trigger', `${trigger};b`, [trigger, 'b']],
  [
    'an event',
    'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN a; b; END; c',
    ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN a; b; END', 'c'],
  ],
  [
    'a body that is one IF',
    'CREATE PROCEDURE p() IF 1 THEN a; END IF; b',
    ['CREATE PROCEDURE p() IF 1 THEN a; END IF', 'b'],
  ],
  [
    'a function without a block',
    'CREATE FUNCTION f() RETURNS INT RETURN 1; b',
    ['CREATE FUNCTION f() RETURNS INT RETURN 1', 'b'],
  ],
  ['BEGIN of a transaction', 'BEGIN; a; COMMIT', ['BEGIN', 'a', 'COMMIT']],
  ['IF NOT EXISTS', 'CREATE TABLE IF NOT EXISTS t (a int); b', ['CREATE TABLE IF NOT EXISTS t (a int)', 'b']],
  ['an unfinished body', 'CREATE PROCEDURE p() BEGIN a; b', ['CREATE PROCEDURE p() BEGIN a; b']],
];

describe('splitter', () => {
  for (const [name, text, expected] of cases) {
    it(`splits ${name}`, () => {
      const statements = splitStatements(text);
      assert.deepEqual(
        statements.map((statement) => statement.text),
        expected,
      );
      for (const { text: own, start, end } of statements) assert.equal(own, text.slice(start, end));
    });
  }

  it('refuses an unterminated string', () => {
    assert.throws(() => splitStatements("a; 'b"), { kind: 'syntax' });
  });

  it('refuses more statements than its limit', () => {
    const text = 'a;'.repeat(statementsMax);
    assert.equal(splitStatements(text).length, statementsMax);
    assert.throws(() => splitStatements(`${text}b`), { kind: 'resource_limit' });
  });

  it('gives ordered, separate, non-blank parts of any text', () => {
    const piece = fc.constantFrom(
      ';',
      'BEGIN',
      'END',
      'IF',
      'CASE',
      'CREATE',
      'PROCEDURE',
      ' ',
      "'",
      '/*',
      '*/',
      '/*!',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join(' ');
        let at = 0;
        for (const part of statementsOrNone(text)) {
          assert.ok(part.start >= at && part.end > part.start);
          at = part.end;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function statementsOrNone(text: string): ReturnType<typeof splitStatements> {
  try {
    return splitStatements(text);
  } catch (error) {
    assert.ok(error instanceof SqlError);
    return [];
  }
}
