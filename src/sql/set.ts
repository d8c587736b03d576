import { TokenReader } from './token-reader.ts';
import type { SourceText } from './statement.ts';
import type { Token } from './token.ts';

/** SET with all its assignments, to be done in order. */
export type SetStatement = Readonly<{ kind: 'set'; assignments: readonly Assignment[] }>;

export type Assignment =
  /** SET NAMES; without a character set the default is meant. */
  | Readonly<{ kind: 'names'; characterSet?: string; collation?: string }>
  /** SET CHARACTER SET; without a name the default is meant. */
  | Readonly<{ kind: 'character_set'; characterSet?: string }>
  /** A system variable, its name in lower case. */
  | Readonly<{ kind: 'system'; scope: VariableScope; name: string; value: SetValue }>
  /** A user variable, its name in lower case. */
  | Readonly<{ kind: 'user'; name: string; value: SetValue }>
  | TransactionAssignment;

export type VariableScope = 'SESSION' | 'GLOBAL' | 'PERSIST' | 'PERSIST_ONLY';

/** SET [SESSION | GLOBAL] TRANSACTION. NEXT is the transaction after this statement only. */
export type TransactionAssignment = Readonly<{
  kind: 'transaction';
  scope: 'NEXT' | 'SESSION' | 'GLOBAL';
  isolation?: 'READ UNCOMMITTED' | 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
  readOnly?: boolean;
}>;

/** The right side. A literal needs no evaluation; `word` is ON, OFF or a bare value such as utf8mb4. */
export type SetValue =
  | Readonly<{ kind: 'default' }>
  | Readonly<{ kind: 'null' }>
  | Readonly<{ kind: 'word' | 'string' | 'number'; value: string }>
  | (Readonly<{ kind: 'expression' }> & SourceText);

/** Parses SET, but for SET PASSWORD, SET ROLE and SET CATALOG. Throws `syntax`. */
export function parseSet(tokens: readonly Token[], text: string): SetStatement {
  const reader = new TokenReader(tokens, text);
  reader.expect('SET');
  const transaction = readTransaction(reader);
  const assignments = transaction === undefined ? readAssignments(reader) : [transaction];
  reader.expectEnd();
  return { kind: 'set', assignments };
}

/** A scope word holds for the assignments after it until another scope word comes (MySQL's manual, SET). */
function readAssignments(reader: TokenReader): readonly Assignment[] {
  let scope: VariableScope = 'SESSION';
  return reader.list(() => {
    scope = readScope(reader) ?? scope;
    return readAssignment(reader, scope);
  });
}

function readScope(reader: TokenReader): VariableScope | undefined {
  if (isAssigned(reader, 1)) return undefined; // a variable of that name
  const word = reader.acceptOneOf('SESSION', 'LOCAL', 'GLOBAL', 'PERSIST', 'PERSIST_ONLY');
  return word === 'LOCAL' ? 'SESSION' : word;
}

function isAssigned(reader: TokenReader, ahead: number): boolean {
  return reader.isOperator('=', ahead) || reader.isOperator(':=', ahead);
}

function readAssignment(reader: TokenReader, scope: VariableScope): Assignment {
  if (!isAssigned(reader, 1)) {
    if (reader.accept('NAMES')) return readNames(reader);
    if (reader.accept('CHARACTER', 'SET') || reader.accept('CHAR', 'SET') || reader.accept('CHARSET')) {
      const characterSet = readCharacterSet(reader);
      return { kind: 'character_set', ...(characterSet === undefined ? {} : { characterSet }) };
    }
  }
  const token = reader.peek();
  if (token.kind === 'user_variable') {
    reader.next();
    return { kind: 'user', name: token.value.toLowerCase(), value: readValue(reader) };
  }
  if (token.kind === 'system_variable') {
    reader.next();
    return { kind: 'system', ...splitScope(token.value.toLowerCase()), value: readValue(reader) };
  }
  const name = reader.namePath(2).join('.').toLowerCase();
  return { kind: 'system', scope, name, value: readValue(reader) };
}

/** `@@x` is the session's; `@@global.x` says its scope. */
function splitScope(name: string): Readonly<{ scope: VariableScope; name: string }> {
  const match = /^(session|local|global|persist|persist_only)\.(.+)$/.exec(name);
  if (match === null) return { scope: 'SESSION', name };
  const [, scope, rest = ''] = match;
  switch (scope) {
    case 'global':
      return { scope: 'GLOBAL', name: rest };
    case 'persist':
      return { scope: 'PERSIST', name: rest };
    case 'persist_only':
      return { scope: 'PERSIST_ONLY', name: rest };
    default:
      return { scope: 'SESSION', name: rest };
  }
}

function readNames(reader: TokenReader): Assignment {
  const characterSet = readCharacterSet(reader);
  const collation = reader.accept('COLLATE') ? reader.nameOrString().toLowerCase() : undefined;
  return {
    kind: 'names',
    ...(characterSet === undefined ? {} : { characterSet }),
    ...(collation === undefined ? {} : { collation }),
  };
}

function readCharacterSet(reader: TokenReader): string | undefined {
  return reader.accept('DEFAULT') ? undefined : reader.nameOrString().toLowerCase();
}

function readValue(reader: TokenReader): SetValue {
  if (!isAssigned(reader, 0)) reader.fail();
  reader.next();
  return readLiteral(reader) ?? { kind: 'expression', ...reader.source((rest) => rest.isOperator(',')) };
}

/** A value of one token, or a number with its sign, when nothing else follows. */
function readLiteral(reader: TokenReader): SetValue | undefined {
  const sign = reader.isOperator('-') || reader.isOperator('+') ? reader.peek().text : '';
  const token = reader.peek(sign === '' ? 0 : 1);
  const value = literalOf(token, sign);
  const after = reader.peek(sign === '' ? 1 : 2);
  const isWhole = after.kind === 'end' || after.text === ',' || after.text === ';';
  if (value === undefined || !isWhole) return undefined;
  if (sign !== '') reader.next();
  reader.next();
  return value;
}

function literalOf(token: Token, sign: string): SetValue | undefined {
  if (token.kind === 'number') return { kind: 'number', value: `${sign === '-' ? '-' : ''}${token.value}` };
  if (sign !== '') return undefined;
  if (token.kind === 'string') return { kind: 'string', value: token.value };
  if (token.upper === 'DEFAULT') return { kind: 'default' };
  if (token.upper === 'NULL') return { kind: 'null' };
  return token.kind === 'word' || token.kind === 'quoted' ? { kind: 'word', value: token.value } : undefined;
}

function readTransaction(reader: TokenReader): TransactionAssignment | undefined {
  const hasScope = reader.isWordAt(1, 'TRANSACTION');
  if (!reader.isWordAt(hasScope ? 1 : 0, 'TRANSACTION')) return undefined;
  if (isAssigned(reader, hasScope ? 2 : 1)) return undefined;
  const scope = hasScope ? (reader.acceptOneOf('SESSION', 'LOCAL', 'GLOBAL') ?? reader.fail()) : 'NEXT';
  reader.next();
  const parts = reader.list(() => readCharacteristic(reader));
  const merged = Object.assign({}, ...parts) as Partial<TransactionAssignment>; // one key from each part
  return { ...merged, kind: 'transaction', scope: scope === 'LOCAL' ? 'SESSION' : scope };
}

function readCharacteristic(reader: TokenReader): Pick<TransactionAssignment, 'isolation' | 'readOnly'> {
  if (reader.accept('READ', 'ONLY')) return { readOnly: true };
  if (reader.accept('READ', 'WRITE')) return { readOnly: false };
  reader.expect('ISOLATION', 'LEVEL');
  if (reader.accept('READ', 'UNCOMMITTED')) return { isolation: 'READ UNCOMMITTED' };
  if (reader.accept('READ', 'COMMITTED')) return { isolation: 'READ COMMITTED' };
  if (reader.accept('REPEATABLE', 'READ')) return { isolation: 'REPEATABLE READ' };
  reader.expect('SERIALIZABLE');
  return { isolation: 'SERIALIZABLE' };
}
