import type { CheckDefinition, ColumnDefinition, Expression, KeyDefinition } from '../definition.ts';
import type { Cursor } from './cursor.ts';
import { canonicalCollation } from '../character-sets.ts';
import { parseDataType } from './data-type.ts';
import { parseCurrentTime, parseDefault, settleDefault } from './default-value.ts';
import { parseExpression, parseParenthesized } from './expression.ts';
import { parseEnforcement, skipReferences } from './keys.ts';

/** A column with the keys and checks written beside it, which belong to the table. */
export type ColumnClause = Readonly<{
  column: ColumnDefinition;
  /** PRIMARY KEY, or KEY alone, which is MySQL's PRIMARY KEY and StarRocks' key column. */
  primary: 'PRIMARY KEY' | 'KEY' | undefined;
  isUnique: boolean;
  /** Without names of their own the checks have the name ''. */
  checks: readonly CheckDefinition[];
}>;

/** column := name type {attribute} */
export function parseColumn(cursor: Cursor): ColumnClause {
  const name = cursor.name();
  return parseColumnAfterName(cursor, name);
}

/** The rest of a column whose name has been read. */
export function parseColumnAfterName(cursor: Cursor, name: string): ColumnClause {
  if (cursor.take('SERIAL')) return serialColumn(cursor, name);
  const draft = newDraft(parseDataType(cursor));
  while (parseAttribute(cursor, draft));
  return finishedClause(name, draft);
}

/** The unique key of a column with UNIQUE after its type. */
export function uniqueKeyOf(column: string): KeyDefinition {
  return { kind: 'UNIQUE', name: '', parts: [{ column, descending: false }] };
}

type Draft = {
  type: ColumnDefinition['type'];
  nullable: boolean | undefined;
  default?: Expression;
  onUpdate?: Expression;
  generated?: NonNullable<ColumnDefinition['generated']>;
  autoIncrement: boolean;
  aggregate?: string;
  invisible: boolean;
  comment?: string;
  srid?: number;
  primary: ColumnClause['primary'];
  isUnique: boolean;
  checks: CheckDefinition[];
};

function newDraft(type: ColumnDefinition['type']): Draft {
  return {
    type,
    nullable: undefined,
    autoIncrement: false,
    invisible: false,
    primary: undefined,
    isUnique: false,
    checks: [],
  };
}

/** serial := SERIAL, which is BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE */
function serialColumn(cursor: Cursor, name: string): ColumnClause {
  const type = { name: 'BIGINT', arguments: [], unsigned: true, zerofill: false, values: [], elements: [] };
  const draft: Draft = { ...newDraft(type), nullable: false, autoIncrement: true, isUnique: true };
  while (parseAttribute(cursor, draft));
  return finishedClause(name, draft);
}

/**
 * attribute := value | key | generated | text | storage, in any order. False when none is next.
 */
function parseAttribute(cursor: Cursor, draft: Draft): boolean {
  return (
    parseValueAttribute(cursor, draft) ||
    parseKeyAttribute(cursor, draft) ||
    parseGenerated(cursor, draft) ||
    parseTextAttribute(cursor, draft) ||
    skipStorageAttribute(cursor)
  );
}

/** value := NOT NULL | NULL | DEFAULT default | ON UPDATE now | AUTO_INCREMENT | SERIAL DEFAULT VALUE */
function parseValueAttribute(cursor: Cursor, draft: Draft): boolean {
  if (cursor.take('NOT', 'NULL')) draft.nullable = false;
  else if (cursor.take('NULL')) draft.nullable = true;
  else if (cursor.take('DEFAULT')) draft.default = parseDefault(cursor);
  else if (cursor.take('ON', 'UPDATE')) draft.onUpdate = parseCurrentTime(cursor);
  else if (cursor.take('AUTO_INCREMENT')) draft.autoIncrement = true;
  else if (cursor.take('SERIAL', 'DEFAULT', 'VALUE')) {
    draft.nullable = false;
    draft.autoIncrement = true;
    draft.isUnique = true;
  } else return false;
  return true;
}

/** key := [PRIMARY] KEY | UNIQUE [KEY] | [CONSTRAINT [name]] CHECK ( expression ) | REFERENCES … | aggregate */
function parseKeyAttribute(cursor: Cursor, draft: Draft): boolean {
  if (cursor.take('PRIMARY')) {
    cursor.take('KEY');
    draft.primary = 'PRIMARY KEY';
  } else if (cursor.take('KEY')) draft.primary = 'KEY';
  else if (cursor.take('UNIQUE')) {
    cursor.take('KEY');
    draft.isUnique = true;
  } else if (cursor.isWord('CHECK', 'CONSTRAINT')) draft.checks.push(parseColumnCheck(cursor));
  else if (cursor.isWord('REFERENCES')) skipReferences(cursor);
  else {
    const aggregate = cursor.takeOneOf(...aggregates);
    if (aggregate === undefined) return false;
    draft.aggregate = aggregate;
  }
  return true;
}

const aggregates: readonly string[] =
  'SUM MIN MAX REPLACE REPLACE_IF_NOT_NULL HLL_UNION BITMAP_UNION PERCENTILE_UNION'.split(' ');

/** check := [CONSTRAINT [name]] CHECK ( expression ) [[NOT] ENFORCED] */
function parseColumnCheck(cursor: Cursor): CheckDefinition {
  const name = cursor.take('CONSTRAINT') && !cursor.isWord('CHECK') ? cursor.name() : '';
  cursor.expect('CHECK');
  const expression = parseParenthesized(cursor);
  return { name, expression, enforced: parseEnforcement(cursor) };
}

/** generated := [GENERATED ALWAYS] AS (( expression ) | expression) [VIRTUAL | STORED | PERSISTENT] */
function parseGenerated(cursor: Cursor, draft: Draft): boolean {
  if (cursor.take('GENERATED')) cursor.expect('ALWAYS');
  else if (!cursor.isWord('AS')) return false;
  cursor.expect('AS');
  const expression = cursor.isOperator('(')
    ? parseParenthesized(cursor)
    : parseExpression(cursor, ['COMMENT', 'VIRTUAL', 'STORED']);
  const word = cursor.takeOneOf('VIRTUAL', 'STORED', 'PERSISTENT');
  draft.generated = { expression, stored: word === 'STORED' || word === 'PERSISTENT' };
  return true;
}

/** text := COMMENT 'text' | COLLATE name | VISIBLE | INVISIBLE | SRID number */
function parseTextAttribute(cursor: Cursor, draft: Draft): boolean {
  if (cursor.take('COMMENT')) draft.comment = cursor.string();
  else if (cursor.take('COLLATE')) {
    draft.type = { ...draft.type, collation: canonicalCollation(cursor.nameOrString()) };
  } else if (cursor.take('INVISIBLE')) draft.invisible = true;
  else if (cursor.take('VISIBLE')) draft.invisible = false;
  else if (cursor.take('SRID')) draft.srid = cursor.integer();
  else return false;
  return true;
}

/** storage := COLUMN_FORMAT word | STORAGE word | [SECONDARY_]ENGINE_ATTRIBUTE [=] 'text'; without meaning here */
function skipStorageAttribute(cursor: Cursor): boolean {
  if (cursor.take('COLUMN_FORMAT')) cursor.expectOneOf('FIXED', 'DYNAMIC', 'DEFAULT');
  else if (cursor.take('STORAGE')) cursor.expectOneOf('DISK', 'MEMORY', 'DEFAULT');
  else if (cursor.take('ENGINE_ATTRIBUTE') || cursor.take('SECONDARY_ENGINE_ATTRIBUTE')) {
    cursor.takeOperator('=');
    cursor.string();
  } else return cursor.take('NOT', 'SECONDARY');
  return true;
}

function finishedClause(name: string, draft: Draft): ColumnClause {
  const isPrimary = draft.primary === 'PRIMARY KEY' || draft.autoIncrement;
  const nullable = draft.nullable ?? !isPrimary;
  const settled =
    draft.default === undefined
      ? undefined
      : settleDefault({ name, type: draft.type, nullable }, draft.default);
  const column: ColumnDefinition = {
    name,
    type: draft.type,
    nullable: isPrimary ? false : nullable,
    ...(settled === undefined ? {} : { default: settled }),
    autoIncrement: draft.autoIncrement,
    ...(draft.onUpdate === undefined ? {} : { onUpdate: draft.onUpdate }),
    ...(draft.generated === undefined ? {} : { generated: draft.generated }),
    ...(draft.aggregate === undefined ? {} : { aggregate: draft.aggregate }),
    isKey: false,
    invisible: draft.invisible,
    // MySQL does not tell an empty comment from none.
    ...(draft.comment === undefined || draft.comment === '' ? {} : { comment: draft.comment }),
    ...(draft.srid === undefined ? {} : { srid: draft.srid }),
  };
  return { column, primary: draft.primary, isUnique: draft.isUnique, checks: draft.checks };
}
