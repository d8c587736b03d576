import type { MaterializedViewStatement, ObjectName, TextSpan, ViewStatement } from '../statement.ts';
import type { Cursor } from './cursor.ts';
import { canonicalText } from './expression.ts';

type CreateView = Extract<ViewStatement, { kind: 'create_view' }>;
type ViewHead = Readonly<{ orReplace: boolean; alter: boolean }>;
type ViewOptions = Pick<CreateView, 'algorithm' | 'definer' | 'sqlSecurity'>;

/** options := [ALGORITHM = word] [DEFINER = account] [SQL SECURITY (DEFINER | INVOKER | NONE)] */
export function parseViewOptions(cursor: Cursor): ViewOptions {
  const algorithm = cursor.take('ALGORITHM')
    ? (cursor.expectOperator('='), cursor.name().toUpperCase())
    : undefined;
  const definer = parseDefiner(cursor);
  const sqlSecurity = parseSqlSecurity(cursor);
  return {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(definer === undefined ? {} : { definer }),
    ...(sqlSecurity === undefined ? {} : { sqlSecurity }),
  };
}

/** definer := DEFINER = (name [@ host] | CURRENT_USER [()]), as written */
export function parseDefiner(cursor: Cursor): string | undefined {
  if (!cursor.take('DEFINER')) return undefined;
  cursor.expectOperator('=');
  const mark = cursor.mark;
  const token = cursor.next();
  if (token.kind === 'operator' || token.kind === 'end') cursor.fail();
  if (cursor.peek().kind === 'user_variable') cursor.next();
  else if (cursor.takeOperator('@')) cursor.nameOrString();
  else if (cursor.takeOperator('(')) cursor.expectOperator(')');
  return canonicalText(cursor.tokensSince(mark));
}

function parseSqlSecurity(cursor: Cursor): string | undefined {
  if (cursor.take('SQL', 'SECURITY')) return cursor.expectOneOf('DEFINER', 'INVOKER');
  // StarRocks, between the name and AS.
  return cursor.take('SECURITY') ? cursor.expectOneOf('NONE', 'INVOKER', 'DEFINER') : undefined;
}

/**
 * create view := VIEW [IF NOT EXISTS] name [( columns )] [COMMENT 'text'] [SECURITY word] AS select
 *                [WITH [CASCADED | LOCAL] CHECK OPTION]
 */
export function parseCreateView(cursor: Cursor, head: ViewHead, options: ViewOptions): CreateView {
  cursor.expect('VIEW');
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = cursor.objectName();
  const columns = parseViewColumns(cursor);
  const comment = cursor.take('COMMENT') ? cursor.string() : undefined;
  const security = parseSqlSecurity(cursor);
  cursor.expect('AS');
  const { select, checkOption } = parseSelect(cursor);
  return {
    kind: 'create_view',
    ...head,
    ifNotExists,
    ...options,
    name,
    columns,
    ...(security === undefined ? {} : { sqlSecurity: security }),
    ...(comment === undefined ? {} : { comment }),
    select,
    ...(checkOption === undefined ? {} : { checkOption }),
  };
}

/** columns := [( name [COMMENT 'text'] {, …} )] */
function parseViewColumns(cursor: Cursor): CreateView['columns'] {
  if (!cursor.isOperator('(')) return [];
  return cursor.parenthesized(() =>
    cursor.list(() => {
      const name = cursor.name();
      return cursor.take('COMMENT') ? { name, comment: cursor.string() } : { name };
    }),
  );
}

/** The rest of the statement without its check option. */
function parseSelect(cursor: Cursor): Pick<CreateView, 'select' | 'checkOption'> {
  if (!cursor.isWord('SELECT', 'WITH', 'VALUES', 'TABLE') && !cursor.isOperator('(')) cursor.fail();
  const { start } = cursor.peek();
  let select: TextSpan = cursor.spanFrom(start);
  while (!cursor.isAtEnd) {
    const checkOption = parseCheckOption(cursor);
    if (checkOption !== undefined) return { select, checkOption };
    cursor.next();
    select = cursor.spanFrom(start);
  }
  return { select };
}

/** WITH [CASCADED | LOCAL] CHECK OPTION at the end of the statement. */
function parseCheckOption(cursor: Cursor): CreateView['checkOption'] {
  const mark = cursor.mark;
  if (!cursor.take('WITH')) return undefined;
  const word = cursor.takeOneOf('CASCADED', 'LOCAL');
  if (cursor.take('CHECK', 'OPTION') && cursor.isAtEnd) return word === 'LOCAL' ? 'LOCAL' : 'CASCADED';
  cursor.back(mark);
  return undefined;
}

/** drop view := VIEW [IF EXISTS] name {, name} [RESTRICT | CASCADE]; the cursor stands past VIEW */
export function parseDropView(cursor: Cursor): ViewStatement {
  const ifExists = cursor.take('IF', 'EXISTS');
  const names = cursor.list((): ObjectName => cursor.objectName());
  cursor.takeOneOf('RESTRICT', 'CASCADE');
  cursor.expectEnd();
  return { kind: 'drop_view', names, ifExists };
}

/**
 * create materialized view := MATERIALIZED VIEW [IF NOT EXISTS] name [( columns )] [COMMENT 'text'] {clause} AS select
 *
 * The clauses (PARTITION BY, DISTRIBUTED BY, REFRESH, ORDER BY, PROPERTIES) are kept as text.
 */
export function parseCreateMaterializedView(cursor: Cursor): MaterializedViewStatement {
  cursor.expect('MATERIALIZED', 'VIEW');
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = cursor.objectName();
  const columns = parseViewColumns(cursor);
  const comment = cursor.take('COMMENT') ? cursor.string() : undefined;
  const { start } = cursor.peek();
  let clauses = cursor.spanFrom(start);
  while (!cursor.isAtEnd && !cursor.isWord('AS')) {
    cursor.next();
    clauses = cursor.spanFrom(start);
  }
  cursor.expect('AS');
  if (cursor.isAtEnd) cursor.fail();
  const select = cursor.rest();
  const base = { kind: 'create_materialized_view', name, ifNotExists, columns, clauses, select } as const;
  return { ...base, ...(comment === undefined ? {} : { comment }), text: cursor.text };
}
