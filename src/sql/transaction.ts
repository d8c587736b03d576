import { notYet } from './not-yet.ts';
import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** What the classifier calls `transaction`. */
export type Transaction =
  | Readonly<{ kind: 'start_transaction'; consistentSnapshot: boolean; readOnly?: boolean }>
  /** `chain`: absent where completion_type says. */
  | Readonly<{ kind: 'commit' | 'rollback'; chain?: boolean }>
  | Readonly<{ kind: 'savepoint' | 'rollback_to_savepoint' | 'release_savepoint'; name: string }>
  | Readonly<{ kind: 'lock_tables'; tables: readonly LockedTable[] }>
  | Readonly<{ kind: 'lock_instance' }>
  | Readonly<{ kind: 'unlock'; what: 'TABLES' | 'INSTANCE' }>;

export type LockedTable = Readonly<{ table: readonly string[]; alias?: string; lock: 'READ' | 'WRITE' }>;

/** Parses a statement of transactions or locks. Throws `syntax`. */
export function parseTransaction(tokens: readonly Token[], text: string): Transaction {
  const reader = new TokenReader(tokens, text);
  const statement = readStatement(reader);
  reader.expectEnd();
  return statement;
}

function readStatement(reader: TokenReader): Transaction {
  const first = ['START', 'BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'LOCK', 'UNLOCK'] as const;
  switch (reader.acceptOneOf(...first)) {
    case 'START':
      reader.expect('TRANSACTION');
      return readCharacteristics(reader);
    case 'BEGIN':
      reader.accept('WORK');
      return { kind: 'start_transaction', consistentSnapshot: false };
    case 'COMMIT':
      reader.accept('WORK');
      return { kind: 'commit', ...readCompletion(reader) };
    case 'ROLLBACK':
      return readRollback(reader);
    case 'SAVEPOINT':
      return { kind: 'savepoint', name: reader.name() };
    case 'RELEASE':
      reader.expect('SAVEPOINT');
      return { kind: 'release_savepoint', name: reader.name() };
    case 'LOCK':
      return readLock(reader);
    case 'UNLOCK':
      return { kind: 'unlock', what: readTablesWord(reader) };
    case undefined:
      return reader.fail();
  }
}

/** START TRANSACTION [WITH CONSISTENT SNAPSHOT | READ ONLY | READ WRITE, …]. */
function readCharacteristics(reader: TokenReader): Transaction {
  let consistentSnapshot = false;
  let readOnly: boolean | undefined;
  if (!reader.isAtEnd) {
    reader.list(() => {
      if (reader.accept('WITH', 'CONSISTENT', 'SNAPSHOT')) consistentSnapshot = true;
      else if (readOnly === undefined && reader.accept('READ', 'ONLY')) readOnly = true;
      else if (readOnly === undefined && reader.accept('READ', 'WRITE')) readOnly = false;
      else reader.fail();
    });
  }
  return { kind: 'start_transaction', consistentSnapshot, ...(readOnly === undefined ? {} : { readOnly }) };
}

/** ROLLBACK [WORK] [TO [SAVEPOINT] name | completion]. */
function readRollback(reader: TokenReader): Transaction {
  reader.accept('WORK');
  if (!reader.accept('TO')) return { kind: 'rollback', ...readCompletion(reader) };
  if (reader.isWord('SAVEPOINT') && reader.peek(1).kind !== 'end') reader.next();
  return { kind: 'rollback_to_savepoint', name: reader.name() };
}

/** [AND [NO] CHAIN] [NO RELEASE]. RELEASE would end the connection, and is refused by name. */
function readCompletion(reader: TokenReader): Readonly<{ chain?: boolean }> {
  const noChain = reader.accept('AND', 'NO', 'CHAIN');
  const chain = !noChain && reader.accept('AND', 'CHAIN');
  if (!reader.accept('NO', 'RELEASE') && !chain && reader.isWord('RELEASE'))
    throw notYet('RELEASE', 'Close the connection instead.');
  return noChain || chain ? { chain } : {};
}

function readTablesWord(reader: TokenReader): 'TABLES' | 'INSTANCE' {
  const word = reader.acceptOneOf('TABLES', 'TABLE', 'INSTANCE') ?? reader.fail();
  return word === 'INSTANCE' ? word : 'TABLES';
}

function readLock(reader: TokenReader): Transaction {
  if (readTablesWord(reader) === 'INSTANCE') {
    reader.expect('FOR', 'BACKUP');
    return { kind: 'lock_instance' };
  }
  return { kind: 'lock_tables', tables: reader.list(() => readLockedTable(reader)) };
}

/** t [[AS] alias] READ [LOCAL] | [LOW_PRIORITY] WRITE. */
function readLockedTable(reader: TokenReader): LockedTable {
  const table = reader.namePath();
  const hasAlias = reader.accept('AS') || !['READ', 'WRITE', 'LOW_PRIORITY'].includes(reader.peek().upper);
  const alias = hasAlias ? reader.name() : undefined;
  reader.accept('LOW_PRIORITY');
  const lock = reader.acceptOneOf('READ', 'WRITE') ?? reader.fail();
  if (lock === 'READ') reader.accept('LOCAL');
  return { table, lock, ...(alias === undefined ? {} : { alias }) };
}
