import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SqlError } from '../../src/base/sql-error.ts';
import { maxTokens, positionAt, tokenize, tokensOf } from '../../src/sql/lexer.ts';
import { mysqlLexing } from '../../src/sql/token.ts';
import type { LexerOptions } from '../../src/sql/token.ts';

const starrocks: LexerOptions = { ...mysqlLexing, dialect: 'starrocks' };
const ansi: LexerOptions = { ...mysqlLexing, ansiQuotes: true, noBackslashEscapes: true };

/** `kind:value` of each token but the last; `^` marks an introducer, `!` an executed comment. */
function shape(text: string, options?: LexerOptions): string {
  return tokenize(text, options)
    .slice(0, -1)
    .map((token) => {
      const introducer = token.introducer === undefined ? '' : `^${token.introducer}`;
      return `${token.kind}:${token.value}${introducer}${token.versioned === true ? '!' : ''}`;
    })
    .join(' ');
}

type Case = readonly [text: string, expected: string, options?: LexerOptions];

const cases: Readonly<Record<string, readonly Case[]>> = {
  names: [
    ['a1 $b _c é', 'word:a1 word:$b word:_c word:é'],
    ['`a``b`.`c`', 'quoted:a`b operator:. quoted:c'],
    ['1repo 1e3x', 'word:1repo number:1e3 word:x'],
    ['t.1a t.1 t.1e5', 'word:t operator:. word:1a word:t operator:. word:1 word:t operator:. word:1e5'],
    ['1e3x 1e3 1.5x', 'word:1e3x number:1e3 number:1.5 word:x', starrocks],
    ['db.1s db.123', 'word:db operator:. word:1s word:db number:.123', starrocks],
    ['"a""b"', 'quoted:a"b', ansi],
  ],
  strings: [
    [`'it''s' "a""b" "it's"`, `string:it's string:a"b string:it's`],
    [String.raw`'a\'b\n\t\0\\\%\_\x'`, `string:a'b\n\t\0\\\\%\\_x`],
    [String.raw`'a\' b`, String.raw`string:a\ word:b`, ansi],
    [`'a' 'b'`, 'string:a string:b'],
    [`N'x' n'y'`, 'string:x string:y'],
    [`_utf8mb4'a' _binary "b" _Latin1  'c'`, 'string:a^_utf8mb4 string:b^_binary string:c^_latin1'],
    [`_binary x'61' _utf8mb4 X'C3BC' x'61'`, 'hex:61^_binary hex:C3BC^_utf8mb4 hex:61'],
    [`_total 'x'`, 'word:_total string:x'],
    [`x'0aFF' X'' 0x1F 0xZZ b'01' 0b11 0b12`, 'hex:0aFF hex: hex:1F word:0xZZ bit:01 bit:11 word:0b12'],
  ],
  numbers: [
    [
      '12 1.5 .5 1. 1e3 1.5E-2 1e',
      'number:12 number:1.5 number:.5 number:1. number:1e3 number:1.5E-2 word:1e',
    ],
  ],
  comments: [
    ['a -- x\nb --\nc # y\nd', 'word:a word:b word:c word:d'],
    ['1--1', 'number:1 operator:- operator:- number:1'],
    ['a --x\nb', 'word:a word:b', starrocks],
    ['a #b', 'word:a operator:# word:b', starrocks],
    ['SELECT /*+ MAX_EXECUTION_TIME(1) */ 1', 'word:SELECT number:1'],
    ['/*!50002 FULL */ T', 'word:FULL! word:T'],
    ['/*! FULL */ /*!080036 X */', 'word:FULL! word:X!'],
    ['/*!99999 a /* b */ c */ d', 'word:d'],
    ['/*!50100 a /* b */ c */ d', 'word:a! word:c! word:d'],
    ['/*!50100 a */ b', 'word:b', starrocks],
    ['/* a /* b */ c', 'word:c'],
    ["/*!40000 SELECT '*/' */", 'word:SELECT! string:*/!'],
  ],
  variables: [
    ['@a @`b c` @"d" @\'e\'', 'user_variable:a user_variable:b c user_variable:d user_variable:e'],
    [
      '@@x @@session.y @@`z` @@global.`w`',
      'system_variable:x system_variable:session.y system_variable:z system_variable:global.w',
    ],
    [`'u'@'h' u@localhost`, 'string:u user_variable:h word:u user_variable:localhost'],
    ['? @', 'parameter:? operator:@'],
  ],
  operators: [
    [
      '<=> <= >= <> != := || && << >> -> ->> < ! ~',
      '<=> <= >= <> != := || && << >> -> ->> < ! ~'
        .split(' ')
        .map((text) => `operator:${text}`)
        .join(' '),
    ],
    ['(a,b);', 'operator:( word:a operator:, word:b operator:) operator:;'],
  ],
};

describe('lexer', () => {
  for (const [group, rows] of Object.entries(cases)) {
    for (const [text, expected, options] of rows) {
      it(`reads ${group}: ${JSON.stringify(text)}`, () => assert.equal(shape(text, options), expected));
    }
  }

  it('ends every text with an end token at its length', () => {
    const tokens = tokenize('a  ');
    assert.deepEqual(tokens.at(-1), {
      kind: 'end',
      text: '',
      value: '',
      upper: '',
      start: 3,
      end: 3,
      spaceBefore: true,
    });
  });

  it('tells whether a blank or comment stands before a token', () => {
    const spaces = tokenize('count(a) b/**/c').map((token) => token.spaceBefore);
    assert.deepEqual(spaces, [false, false, false, false, true, true, false]);
  });

  it('gives upper case to words only', () => {
    assert.deepEqual(
      tokenize("show `show` 'show'").map((token) => token.upper),
      ['SHOW', '', '', ''],
    );
  });

  for (const [text, line, column, detail] of [
    ["a\n 'b", 2, 2, 'unterminated string'],
    ['"b', 1, 1, 'unterminated string'],
    ['a `b', 1, 3, 'unterminated quoted name'],
    ['a `b\0c`', 1, 3, 'NUL in a quoted name'],
    ['a\r\n/* b', 2, 1, 'unterminated comment'],
    ['/*!50100 a', 1, 1, 'unterminated comment'],
    ["x'1'", 1, 1, 'invalid hex literal'],
    ["b'2'", 1, 1, 'invalid bit literal'],
  ] as const) {
    it(`refuses ${JSON.stringify(text)} with its place`, () => {
      const message = `Getting syntax error at line ${line}, column ${column - 1}. Detail message: ${detail}.`;
      assert.throws(() => tokenize(text), { name: 'SqlError', kind: 'syntax', message });
    });
  }

  it('refuses more elements than its limit', () => {
    assert.throws(() => tokenize(','.repeat(maxTokens + 1)), { name: 'SqlError', kind: 'resource_limit' });
  });

  it('counts lines by each of the three line ends', () => {
    assert.deepEqual(positionAt('a\nb\r\nc\rd', 7), { line: 4, column: 1, offset: 7 });
  });

  it('throws nothing but its own errors, and covers the text in order', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '/*',
      '*/',
      '/*!',
      '50100',
      '--',
      '#',
      '\n',
      ' ',
      '@',
      '.',
      '1',
      'e',
      'x',
      '_utf8',
      '0x',
      ';',
    );
    const text = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 40 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(mysqlLexing, starrocks, ansi), (sql, options) => {
        let at = 0;
        const tokens = tokensOrNone(sql, options);
        if (tokens.length > 0) assert.deepEqual([...tokensOf(sql, options)], tokens);
        for (const token of tokens) {
          assert.ok(token.start >= at && (token.end > token.start || token.kind === 'end'));
          assert.equal(token.text, sql.slice(token.start, token.end));
          at = token.end;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function tokensOrNone(sql: string, options: LexerOptions): ReturnType<typeof tokenize> {
  try {
    return tokenize(sql, options);
  } catch (error) {
    assert.ok(error instanceof SqlError);
    return [];
  }
}
