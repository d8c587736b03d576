import { routineKinds } from '../statement.ts';
import type { RoutineKind, RoutineStatement } from '../statement.ts';
import type { Cursor } from './cursor.ts';

/** True at FUNCTION, PROCEDURE, TRIGGER or EVENT; a function may be AGGREGATE, GLOBAL or TABLE. */
export function isRoutine(cursor: Cursor): boolean {
  if (cursor.isWord('AGGREGATE', 'GLOBAL', 'TABLE')) return cursor.peek(1).upper === 'FUNCTION';
  return cursor.isWord(...routineKinds);
}

/** create routine := kind [IF NOT EXISTS] name …; the text is not read further */
export function parseCreateRoutine(
  cursor: Cursor,
  verb: 'create_routine' | 'alter_routine',
): RoutineStatement {
  const routine = parseKind(cursor);
  cursor.take('IF', 'NOT', 'EXISTS');
  const name = cursor.objectName();
  cursor.rest();
  return { kind: verb, routine, name, text: cursor.text };
}

/** drop routine := kind [IF EXISTS] name [( types )] */
export function parseDropRoutine(cursor: Cursor): RoutineStatement {
  const routine = parseKind(cursor);
  const ifExists = cursor.take('IF', 'EXISTS');
  const name = cursor.objectName();
  const signature = cursor.isAtEnd ? undefined : cursor.rest().text;
  if (signature !== undefined && !signature.startsWith('(')) cursor.fail();
  return { kind: 'drop_routine', routine, name, ifExists, ...(signature === undefined ? {} : { signature }) };
}

function parseKind(cursor: Cursor): RoutineKind {
  cursor.takeOneOf('AGGREGATE', 'GLOBAL', 'TABLE');
  const word = cursor.expectOneOf(...routineKinds);
  return routineKinds.find((kind) => kind === word) ?? cursor.fail();
}
