import { type DataAccess, dataAccesses } from '../function-definition.ts';
import type { FunctionCharacteristics, FunctionParameter } from '../function-definition.ts';
import type { DataType } from '../definition.ts';
import { settleColumn } from '../settle.ts';
import type { FunctionStatement } from '../statement.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseDataType } from './data-type.ts';
import { parseObjectName } from './names.ts';

type CreateFunction = Extract<FunctionStatement, { kind: 'create_function' }>;
type Head = Pick<CreateFunction, 'orReplace' | 'definer'>;

/**
 * create function := FUNCTION [IF NOT EXISTS] name ( [IN] parameter type {, …} ) RETURNS
 *                    (type {characteristic} RETURN expression | expression)
 *
 * The first is MySQL's form, the second StarRocks'. Undefined, with the reader where it was, for a body that is more
 * than an expression.
 */
export function parseCreateFunction(reader: TokenReader, head: Head): CreateFunction | undefined {
  const mark = reader.mark;
  reader.expect('FUNCTION');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseObjectName(reader);
  if (!hasExpression(reader)) {
    reader.back(mark);
    return undefined;
  }
  const parameters = reader.parenthesized(() =>
    reader.isOperator(')') ? [] : reader.list(() => parseParameter(reader)),
  );
  reader.expect('RETURNS');
  const common = { kind: 'create_function', name, ...head, ifNotExists, parameters } as const;
  if (!isAhead(reader, ['RETURN'])) {
    return { ...common, characteristics: unsaid, body: reader.source(() => false) };
  }
  const returns = settled(parseDataType(reader));
  const characteristics = parseCharacteristics(reader);
  reader.expect('RETURN');
  return { ...common, returns, characteristics, body: reader.source(() => false) };
}

/** drop function := FUNCTION [IF EXISTS] name [( [type {, type}] )] */
export function parseDropFunction(reader: TokenReader): FunctionStatement {
  reader.expect('FUNCTION');
  const ifExists = reader.accept('IF', 'EXISTS');
  const name = parseObjectName(reader);
  const types = reader.isOperator('(')
    ? reader.parenthesized(() =>
        reader.isOperator(')') ? [] : reader.list(() => settled(parseDataType(reader))),
      )
    : undefined;
  reader.expectEnd();
  return { kind: 'drop_function', name, ifExists, ...(types === undefined ? {} : { types }) };
}

/** What MySQL takes a function for that says nothing (manual, CREATE FUNCTION Statement). */
const unsaid: FunctionCharacteristics = {
  deterministic: false,
  dataAccess: 'CONTAINS SQL',
  security: 'DEFINER',
};

/** False for a block, for code in a library and for StarRocks' functions in Java and Python. */
function hasExpression(reader: TokenReader): boolean {
  return reader.isOperator('(') && !isAhead(reader, ['BEGIN', 'SONAME', 'PROPERTIES']);
}

/** A word of the statement's own, not a name behind a dot. */
function isAhead(reader: TokenReader, words: readonly string[]): boolean {
  for (let ahead = 0; reader.peek(ahead).kind !== 'end'; ahead += 1) {
    const isName = ahead > 0 && reader.isOperator('.', ahead - 1);
    if (reader.isWordAt(ahead, ...words) && !isName) return true;
  }
  return false;
}

/** parameter := [IN] name type */
function parseParameter(reader: TokenReader): FunctionParameter {
  reader.accept('IN');
  return { name: reader.name(), type: settled(parseDataType(reader)) };
}

/** BOOLEAN stays StarRocks' own type, as in its tables. */
function settled(type: DataType): DataType {
  const column = { name: '', type, nullable: true, autoIncrement: false, isKey: false, invisible: false };
  return settleColumn(column, { isStarRocks: true, characterSet: undefined }).type;
}

/**
 * characteristic := COMMENT 'text' | LANGUAGE SQL | [NOT] DETERMINISTIC | SQL SECURITY (DEFINER | INVOKER)
 *                 | CONTAINS SQL | NO SQL | READS SQL DATA | MODIFIES SQL DATA
 */
function parseCharacteristics(reader: TokenReader): FunctionCharacteristics {
  let said = unsaid;
  for (;;) {
    const dataAccess = parseDataAccess(reader);
    if (dataAccess !== undefined) said = { ...said, dataAccess };
    else if (reader.accept('COMMENT')) said = { ...said, comment: reader.string() };
    else if (reader.accept('DETERMINISTIC')) said = { ...said, deterministic: true };
    else if (reader.accept('NOT', 'DETERMINISTIC')) said = { ...said, deterministic: false };
    else if (reader.accept('SQL', 'SECURITY')) {
      said = { ...said, security: reader.expectOneOf('DEFINER', 'INVOKER') };
    } else if (!reader.accept('LANGUAGE', 'SQL')) return said;
  }
}

function parseDataAccess(reader: TokenReader): DataAccess | undefined {
  return dataAccesses.find((phrase) => reader.accept(...phrase.split(' ')));
}
