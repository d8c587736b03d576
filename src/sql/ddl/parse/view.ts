import type { SourceText } from '../../statement.ts';
import type { ObjectName } from '../object-name.ts';
import type { ViewStatement } from '../statement.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseObjectName } from './names.ts';
import { canonicalText } from './expression.ts';

type CreateView = Extract<ViewStatement, { kind: 'create_view' }>;
type ViewHead = Readonly<{ orReplace: boolean; alter: boolean }>;
type ViewOptions = Pick<CreateView, 'algorithm' | 'definer' | 'sqlSecurity'>;

/** options := [ALGORITHM = word] [DEFINER = account] [SQL SECURITY (DEFINER | INVOKER | NONE)] */
export function parseViewOptions(reader: TokenReader): ViewOptions {
  const algorithm = reader.accept('ALGORITHM')
    ? (reader.expectOperator('='), reader.name().toUpperCase())
    : undefined;
  const definer = parseDefiner(reader);
  const sqlSecurity = parseSqlSecurity(reader);
  return {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(definer === undefined ? {} : { definer }),
    ...(sqlSecurity === undefined ? {} : { sqlSecurity }),
  };
}

/** definer := DEFINER = (name [@ host] | CURRENT_USER [()]), as written */
export function parseDefiner(reader: TokenReader): string | undefined {
  if (!reader.accept('DEFINER')) return undefined;
  reader.expectOperator('=');
  const mark = reader.mark;
  const token = reader.next();
  if (token.kind === 'operator' || token.kind === 'end') reader.fail();
  if (reader.peek().kind === 'user_variable') reader.next();
  else if (reader.acceptOperator('@')) reader.nameOrString();
  else if (reader.acceptOperator('(')) reader.expectOperator(')');
  return canonicalText(reader.tokensSince(mark));
}

function parseSqlSecurity(reader: TokenReader): string | undefined {
  if (reader.accept('SQL', 'SECURITY')) return reader.expectOneOf('DEFINER', 'INVOKER');
  // StarRocks, between the name and AS.
  return reader.accept('SECURITY') ? reader.expectOneOf('NONE', 'INVOKER', 'DEFINER') : undefined;
}

/**
 * create view := VIEW [IF NOT EXISTS] name [( columns )] [COMMENT 'text'] [SECURITY word] AS select
 *                [WITH [CASCADED | LOCAL] CHECK OPTION]
 */
export function parseCreateView(reader: TokenReader, head: ViewHead, options: ViewOptions): CreateView {
  reader.expect('VIEW');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseObjectName(reader);
  const columns = parseViewColumns(reader);
  const comment = reader.accept('COMMENT') ? reader.string() : undefined;
  const security = parseSqlSecurity(reader);
  reader.expect('AS');
  const { select, checkOption } = parseSelect(reader);
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
export function parseViewColumns(reader: TokenReader): CreateView['columns'] {
  if (!reader.isOperator('(')) return [];
  return reader.parenthesized(() =>
    reader.list(() => {
      const name = reader.name();
      return reader.accept('COMMENT') ? { name, comment: reader.string() } : { name };
    }),
  );
}

/** The rest of the statement without its check option. */
function parseSelect(reader: TokenReader): Pick<CreateView, 'select' | 'checkOption'> {
  if (!reader.isWord('SELECT', 'WITH', 'VALUES', 'TABLE') && !reader.isOperator('(')) reader.fail();
  const { start } = reader.peek();
  let select: SourceText = reader.sourceFrom(start);
  while (!reader.isAtEnd) {
    const checkOption = parseCheckOption(reader);
    if (checkOption !== undefined) return { select, checkOption };
    reader.next();
    select = reader.sourceFrom(start);
  }
  return { select };
}

/** WITH [CASCADED | LOCAL] CHECK OPTION at the end of the statement. */
function parseCheckOption(reader: TokenReader): CreateView['checkOption'] {
  const mark = reader.mark;
  if (!reader.accept('WITH')) return undefined;
  const word = reader.acceptOneOf('CASCADED', 'LOCAL');
  if (reader.accept('CHECK', 'OPTION') && reader.isAtEnd) return word === 'LOCAL' ? 'LOCAL' : 'CASCADED';
  reader.back(mark);
  return undefined;
}

/** drop view := VIEW [IF EXISTS] name {, name} [RESTRICT | CASCADE]; the reader stands past VIEW */
export function parseDropView(reader: TokenReader): ViewStatement {
  const ifExists = reader.accept('IF', 'EXISTS');
  const names = reader.list((): ObjectName => parseObjectName(reader));
  reader.acceptOneOf('RESTRICT', 'CASCADE');
  reader.expectEnd();
  return { kind: 'drop_view', names, ifExists };
}
