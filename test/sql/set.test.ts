import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parseSet } from '../../src/sql/set.ts';
import type { Assignment, SetValue, VariableScope } from '../../src/sql/set.ts';

function assignments(text: string): readonly Assignment[] {
  return parseSet(tokenize(text), text).assignments;
}

function system(name: string, value: SetValue, scope: VariableScope = 'SESSION'): Assignment {
  return { kind: 'system', scope, name, value };
}

function number(value: string): SetValue {
  return { kind: 'number', value };
}

const one = number('1');

const cases: readonly (readonly [text: string, expected: readonly Assignment[]])[] = [
  ['SET NAMES utf8mb4', [{ kind: 'names', characterSet: 'utf8mb4' }]],
  [
    "SET NAMES 'UTF8MB4' COLLATE 'utf8mb4_bin'",
    [{ kind: 'names', characterSet: 'utf8mb4', collation: 'utf8mb4_bin' }],
  ],
  ['/*!40101 SET NAMES binary*/;', [{ kind: 'names', characterSet: 'binary' }]],
  ['SET NAMES DEFAULT', [{ kind: 'names' }]],
  [
    "SET @@GLOBAL.gtid_purged=/*!80000 '+'*/ 'a:1'",
    [system('gtid_purged', { kind: 'expression', text: "'+' 'a:1'", start: 34, end: 45 }, 'GLOBAL')],
  ],
  ['SET CHARACTER SET utf8', [{ kind: 'character_set', characterSet: 'utf8' }]],
  ['SET CHARSET DEFAULT', [{ kind: 'character_set' }]],
  ['SET autocommit=0', [system('autocommit', number('0'))]],
  ['SET Autocommit := ON', [system('autocommit', { kind: 'word', value: 'ON' })]],
  ['SET @@SQL_SELECT_LIMIT=DEFAULT', [system('sql_select_limit', { kind: 'default' })]],
  ["SET @@session.time_zone = 'UTC'", [system('time_zone', { kind: 'string', value: 'UTC' })]],
  ['SET @@GLOBAL.x = 1, @@persist.y = 1', [system('x', one, 'GLOBAL'), system('y', one, 'PERSIST')]],
  ['SET @@local.x = 1', [system('x', one)]],
  [
    'SET SESSION a = 1, GLOBAL b = 1, c = 1',
    [system('a', one), system('b', one, 'GLOBAL'), system('c', one, 'GLOBAL')],
  ],
  ['SET GLOBAL a = 1, @@b = 1', [system('a', one, 'GLOBAL'), system('b', one)]],
  ['SET PERSIST_ONLY a = -1', [system('a', number('-1'), 'PERSIST_ONLY')]],
  ['SET a = +1.5', [system('a', number('1.5'))]],
  ['SET character_set_results = NULL', [system('character_set_results', { kind: 'null' })]],
  ['SET names = 1', [system('names', one)]],
  ['SET session = 1', [system('session', one)]],
  ['SET transaction = 1', [system('transaction', one)]],
  ['SET hot.key_buffer_size = 1', [system('hot.key_buffer_size', one)]],
  [
    "SET @Tab = 1, @`a b` := 'x'",
    [
      { kind: 'user', name: 'tab', value: one },
      { kind: 'user', name: 'a b', value: { kind: 'string', value: 'x' } },
    ],
  ],
  [
    'SET @a = @@b',
    [{ kind: 'user', name: 'a', value: { kind: 'expression', text: '@@b', start: 9, end: 12 } }],
  ],
  [
    "set autocommit=1, sql_mode = concat(@@sql_mode,',STRICT_TRANS_TABLES')",
    [
      system('autocommit', one),
      system('sql_mode', {
        kind: 'expression',
        text: "concat(@@sql_mode,',STRICT_TRANS_TABLES')",
        start: 29,
        end: 70,
      }),
    ],
  ],
  [
    "SET sql_mode=(SELECT CONCAT(@@sql_mode, ',a')),time_zone='+00:00',NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;",
    [
      system('sql_mode', {
        kind: 'expression',
        text: "(SELECT CONCAT(@@sql_mode, ',a'))",
        start: 13,
        end: 46,
      }),
      system('time_zone', { kind: 'string', value: '+00:00' }),
      { kind: 'names', characterSet: 'utf8mb4', collation: 'utf8mb4_unicode_ci' },
    ],
  ],
  ['SET TRANSACTION READ ONLY', [{ kind: 'transaction', scope: 'NEXT', readOnly: true }]],
  [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
    [{ kind: 'transaction', scope: 'SESSION', isolation: 'READ COMMITTED', readOnly: false }],
  ],
  [
    'SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    [{ kind: 'transaction', scope: 'GLOBAL', isolation: 'SERIALIZABLE' }],
  ],
  [
    'SET LOCAL TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    [{ kind: 'transaction', scope: 'SESSION', isolation: 'REPEATABLE READ' }],
  ],
];

const refused = [
  'SET',
  'SET a',
  'SET a =',
  'SET a = 1,',
  'SET = 1',
  'SET NAMES',
  'SET a = (1',
  'SET a = 1)',
  "SET 'a' = 1",
  'SET TRANSACTION',
  'SET TRANSACTION ISOLATION LEVEL',
  'SET FOO TRANSACTION READ ONLY',
];

describe('SET', () => {
  for (const [text, expected] of cases) {
    it(`reads ${text}`, () => assert.deepEqual(assignments(text), expected));
  }

  for (const text of refused) {
    it(`refuses ${text}`, () => assert.throws(() => assignments(text), { name: 'SqlError', kind: 'syntax' }));
  }
});
