import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parseTransaction } from '../../src/sql/transaction.ts';
import type { Transaction } from '../../src/sql/transaction.ts';

function transaction(text: string): Transaction {
  return parseTransaction(tokenize(text), text);
}

const cases: readonly (readonly [text: string, expected: Transaction])[] = [
  ['BEGIN;', { kind: 'start_transaction', consistentSnapshot: false }],
  ['begin work', { kind: 'start_transaction', consistentSnapshot: false }],
  ['START TRANSACTION', { kind: 'start_transaction', consistentSnapshot: false }],
  [
    'START TRANSACTION /*!40108 WITH CONSISTENT SNAPSHOT */',
    { kind: 'start_transaction', consistentSnapshot: true },
  ],
  [
    'START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT',
    { kind: 'start_transaction', consistentSnapshot: true, readOnly: true },
  ],
  ['START TRANSACTION READ WRITE', { kind: 'start_transaction', consistentSnapshot: false, readOnly: false }],
  ['COMMIT', { kind: 'commit' }],
  ['COMMIT WORK AND CHAIN', { kind: 'commit', chain: true }],
  ['COMMIT AND CHAIN NO RELEASE', { kind: 'commit', chain: true }],
  ['COMMIT AND NO CHAIN', { kind: 'commit', chain: false }],
  ['ROLLBACK NO RELEASE', { kind: 'rollback' }],
  ['ROLLBACK TO a', { kind: 'rollback_to_savepoint', name: 'a' }],
  ['ROLLBACK WORK TO SAVEPOINT `a b`', { kind: 'rollback_to_savepoint', name: 'a b' }],
  ['ROLLBACK TO savepoint', { kind: 'rollback_to_savepoint', name: 'savepoint' }],
  ['SAVEPOINT a', { kind: 'savepoint', name: 'a' }],
  ['RELEASE SAVEPOINT a', { kind: 'release_savepoint', name: 'a' }],
  [
    'LOCK TABLES a READ LOCAL, d.b AS x LOW_PRIORITY WRITE, c y WRITE',
    {
      kind: 'lock_tables',
      tables: [
        { table: ['a'], lock: 'READ' },
        { table: ['d', 'b'], alias: 'x', lock: 'WRITE' },
        { table: ['c'], alias: 'y', lock: 'WRITE' },
      ],
    },
  ],
  ['LOCK INSTANCE FOR BACKUP', { kind: 'lock_instance' }],
  ['UNLOCK TABLES', { kind: 'unlock', what: 'TABLES' }],
  ['UNLOCK INSTANCE', { kind: 'unlock', what: 'INSTANCE' }],
];

const refused = [
  'START',
  'START TRANSACTION READ',
  'START TRANSACTION READ ONLY, READ WRITE',
  'BEGIN x',
  'COMMIT AND',
  'COMMIT AND CHAIN RELEASE',
  'SAVEPOINT',
  'LOCK TABLES a',
  'ROLLBACK TO',
  'UNLOCK',
];

describe('transaction statements', () => {
  for (const [text, expected] of cases) {
    it(`read ${text}`, () => assert.deepEqual(transaction(text), expected));
  }

  for (const text of refused) {
    it(`refuse ${text}`, () => assert.throws(() => transaction(text), { name: 'SqlError', kind: 'syntax' }));
  }

  for (const text of ['COMMIT RELEASE', 'ROLLBACK AND NO CHAIN RELEASE']) {
    it(`refuse ${text}`, () => assert.throws(() => transaction(text), { kind: 'not_supported' }));
  }
});
