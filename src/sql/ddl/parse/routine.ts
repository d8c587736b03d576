import { routineKinds } from '../statement.ts';
import type { RoutineKind, RoutineStatement } from '../statement.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseObjectName } from './names.ts';

/** True at FUNCTION, PROCEDURE, TRIGGER or EVENT; a function may be AGGREGATE, GLOBAL or TABLE. */
export function isRoutine(reader: TokenReader): boolean {
  if (reader.isWord('AGGREGATE', 'GLOBAL', 'TABLE')) return reader.peek(1).upper === 'FUNCTION';
  return reader.isWord(...routineKinds);
}

/** create routine := kind [IF NOT EXISTS] name …; the text is not read further */
export function parseCreateRoutine(
  reader: TokenReader,
  verb: 'create_routine' | 'alter_routine',
): RoutineStatement {
  const routine = parseKind(reader);
  reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseObjectName(reader);
  reader.rest();
  return { kind: verb, routine, name, text: reader.text };
}

/** drop routine := kind [IF EXISTS] name, and GLOBAL FUNCTION [IF EXISTS] name ( types ) */
export function parseDropRoutine(reader: TokenReader): RoutineStatement {
  const routine = parseKind(reader);
  const ifExists = reader.accept('IF', 'EXISTS');
  const name = parseObjectName(reader);
  if (reader.isOperator('(')) reader.rest();
  reader.expectEnd();
  return { kind: 'drop_routine', routine, name, ifExists };
}

function parseKind(reader: TokenReader): RoutineKind {
  reader.acceptOneOf('AGGREGATE', 'GLOBAL', 'TABLE');
  const word = reader.expectOneOf(...routineKinds);
  return routineKinds.find((kind) => kind === word) ?? reader.fail();
}
