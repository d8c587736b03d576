import type {
  CheckDefinition,
  ColumnDefinition,
  Expression,
  ForeignKeyDefinition,
  KeyDefinition,
} from '../definition.ts';
import type { TokenReader } from '../../token-reader.ts';
import { canonicalCollation } from '../character-sets.ts';
import { parseDataType } from './data-type.ts';
import { parseCurrentTime, parseDefault, settleDefault } from './default-value.ts';
import { parseExpression, parseParenthesized } from './expression.ts';
import { parseColumnReferences, parseEnforcement } from './keys.ts';

/** A column with the keys and checks written beside it, which belong to the table. */
export type ColumnClause = Readonly<{
  column: ColumnDefinition;
  /** PRIMARY KEY, or KEY alone, which is MySQL's PRIMARY KEY and StarRocks' key column. */
  primary: 'PRIMARY KEY' | 'KEY' | undefined;
  isUnique: boolean;
  /** Without names of their own the checks have the name ''. */
  checks: readonly CheckDefinition[];
  /** The same. */
  references: readonly ForeignKeyDefinition[];
  /** NULL was written, which a key may refuse. */
  saysNull: boolean;
}>;

/** column := name type {attribute} */
export function parseColumn(reader: TokenReader): ColumnClause {
  const name = reader.name();
  return parseColumnAfterName(reader, name);
}

/** The rest of a column whose name has been read. */
export function parseColumnAfterName(reader: TokenReader, name: string): ColumnClause {
  if (reader.accept('SERIAL')) return serialColumn(reader, name);
  const draft = newDraft(name, parseDataType(reader));
  while (parseAttribute(reader, draft));
  return finishedClause(draft);
}

/** The unique key of a column with UNIQUE after its type. */
export function uniqueKeyOf(column: string): KeyDefinition {
  return { kind: 'UNIQUE', name: '', parts: [{ column, descending: false }] };
}

type Draft = {
  readonly name: string;
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
  references: ForeignKeyDefinition[];
};

function newDraft(name: string, type: ColumnDefinition['type']): Draft {
  return {
    name,
    type,
    nullable: undefined,
    autoIncrement: false,
    invisible: false,
    primary: undefined,
    isUnique: false,
    checks: [],
    references: [],
  };
}

/** serial := SERIAL, which is BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE */
function serialColumn(reader: TokenReader, name: string): ColumnClause {
  const type = { name: 'BIGINT', arguments: [], unsigned: true, zerofill: false, values: [], elements: [] };
  const draft: Draft = { ...newDraft(name, type), nullable: false, autoIncrement: true, isUnique: true };
  while (parseAttribute(reader, draft));
  return finishedClause(draft);
}

/**
 * attribute := value | key | generated | text | storage, in any order. False when none is next.
 */
function parseAttribute(reader: TokenReader, draft: Draft): boolean {
  return (
    parseValueAttribute(reader, draft) ||
    parseKeyAttribute(reader, draft) ||
    parseGenerated(reader, draft) ||
    parseTextAttribute(reader, draft) ||
    skipStorageAttribute(reader)
  );
}

/** value := NOT NULL | NULL | DEFAULT default | ON UPDATE now | AUTO_INCREMENT | SERIAL DEFAULT VALUE */
function parseValueAttribute(reader: TokenReader, draft: Draft): boolean {
  if (reader.accept('NOT', 'NULL')) draft.nullable = false;
  else if (reader.accept('NULL')) draft.nullable = true;
  else if (reader.accept('DEFAULT')) draft.default = parseDefault(reader);
  else if (reader.accept('ON', 'UPDATE')) draft.onUpdate = parseCurrentTime(reader);
  else if (reader.accept('AUTO_INCREMENT')) draft.autoIncrement = true;
  else if (reader.accept('SERIAL', 'DEFAULT', 'VALUE')) {
    draft.nullable = false;
    draft.autoIncrement = true;
    draft.isUnique = true;
  } else return false;
  return true;
}

/** key := [PRIMARY] KEY | UNIQUE [KEY] | [CONSTRAINT [name]] CHECK ( expression ) | REFERENCES … | aggregate */
function parseKeyAttribute(reader: TokenReader, draft: Draft): boolean {
  if (reader.accept('PRIMARY')) {
    reader.accept('KEY');
    draft.primary = 'PRIMARY KEY';
  } else if (reader.accept('KEY')) draft.primary = 'KEY';
  else if (reader.accept('UNIQUE')) {
    reader.accept('KEY');
    draft.isUnique = true;
  } else if (reader.isWord('CHECK', 'CONSTRAINT')) draft.checks.push(parseColumnCheck(reader));
  else if (reader.isWord('REFERENCES')) draft.references.push(parseColumnReferences(reader, draft.name));
  else {
    const aggregate = reader.acceptOneOf(...aggregates);
    if (aggregate === undefined) return false;
    draft.aggregate = aggregate;
  }
  return true;
}

const aggregates: readonly string[] =
  'SUM MIN MAX REPLACE REPLACE_IF_NOT_NULL HLL_UNION BITMAP_UNION PERCENTILE_UNION'.split(' ');

/** check := [CONSTRAINT [name]] CHECK ( expression ) [[NOT] ENFORCED] */
function parseColumnCheck(reader: TokenReader): CheckDefinition {
  const name = reader.accept('CONSTRAINT') && !reader.isWord('CHECK') ? reader.name() : '';
  reader.expect('CHECK');
  const expression = parseParenthesized(reader);
  return { name, expression, enforced: parseEnforcement(reader) };
}

/** generated := [GENERATED ALWAYS] AS (( expression ) | expression) [VIRTUAL | STORED | PERSISTENT] */
function parseGenerated(reader: TokenReader, draft: Draft): boolean {
  if (reader.accept('GENERATED')) reader.expect('ALWAYS');
  else if (!reader.isWord('AS')) return false;
  reader.expect('AS');
  const expression = reader.isOperator('(')
    ? parseParenthesized(reader)
    : parseExpression(reader, ['COMMENT', 'VIRTUAL', 'STORED']);
  const word = reader.acceptOneOf('VIRTUAL', 'STORED', 'PERSISTENT');
  draft.generated = { expression, stored: word === 'STORED' || word === 'PERSISTENT' };
  return true;
}

/** text := COMMENT 'text' | COLLATE name | VISIBLE | INVISIBLE | SRID number */
function parseTextAttribute(reader: TokenReader, draft: Draft): boolean {
  if (reader.accept('COMMENT')) draft.comment = reader.string();
  else if (reader.accept('COLLATE')) {
    draft.type = { ...draft.type, collation: canonicalCollation(reader.nameOrString()) };
  } else if (reader.accept('INVISIBLE')) draft.invisible = true;
  else if (reader.accept('VISIBLE')) draft.invisible = false;
  else if (reader.accept('SRID')) draft.srid = reader.integer();
  else return false;
  return true;
}

/** storage := COLUMN_FORMAT word | STORAGE word | [SECONDARY_]ENGINE_ATTRIBUTE [=] 'text'; without meaning here */
function skipStorageAttribute(reader: TokenReader): boolean {
  if (reader.accept('COLUMN_FORMAT')) reader.expectOneOf('FIXED', 'DYNAMIC', 'DEFAULT');
  else if (reader.accept('STORAGE')) reader.expectOneOf('DISK', 'MEMORY', 'DEFAULT');
  else if (reader.accept('ENGINE_ATTRIBUTE') || reader.accept('SECONDARY_ENGINE_ATTRIBUTE')) {
    reader.acceptOperator('=');
    reader.string();
  } else return reader.accept('NOT', 'SECONDARY');
  return true;
}

function finishedClause(draft: Draft): ColumnClause {
  const { name } = draft;
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
  const { primary, isUnique, checks, references } = draft;
  return { column, primary, isUnique, checks, references, saysNull: draft.nullable === true };
}
