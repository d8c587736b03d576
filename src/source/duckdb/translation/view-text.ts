import type { ViewStatement } from '../../../sql/ddl/statement.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { quoteName, quoteText } from '../../../sql/quote.ts';
import { SourceError } from '../../source-error.ts';
import type { ViewDefinition } from '../dictionary/stored-object.ts';
import { factsIn, withFacts } from './facts-comment.ts';
import { movedText, type ObjectMove } from './moved-text.ts';
import { sameName } from '../physical/names.ts';

type CreateViewStatement = Extract<ViewStatement, { kind: 'create_view' }>;

const mark = 'holdfast-view:';

/**
 * CREATE VIEW as a snapshot keeps it: a statement that any MySQL can read, and in a comment behind it what the engine
 * knows of the view, so that it can be restored before the tables it reads are there.
 */
export function printView(name: string, { definer: _ofThisServer, ...definition }: ViewDefinition): string {
  return withFacts(createView(name, definition), mark, definition);
}

/**
 * CREATE VIEW as SHOW CREATE VIEW prints it: what the statement said, without the executed comments that dump tools
 * write around its parts. A dump tool puts its own around this text.
 */
export function shownView(name: string, statement: CreateViewStatement): string {
  const { algorithm, definer, sqlSecurity, columns, comment, checkOption } = statement;
  const isMysqlSecurity = sqlSecurity === 'DEFINER' || sqlSecurity === 'INVOKER';
  const parts = [
    'CREATE',
    algorithm === undefined ? '' : `ALGORITHM=${algorithm}`,
    definer === undefined ? '' : `DEFINER=${definer}`,
    isMysqlSecurity ? `SQL SECURITY ${sqlSecurity}` : '',
    `VIEW ${quoteName(name)}`,
    columns.length === 0 ? '' : `(${columns.map(shownColumn).join(', ')})`,
    comment === undefined ? '' : `COMMENT ${quoteText(comment)}`,
    sqlSecurity === undefined || isMysqlSecurity ? '' : `SECURITY ${sqlSecurity}`,
    `AS ${statement.select.text}`,
    checkOption === undefined ? '' : `WITH ${checkOption} CHECK OPTION`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function shownColumn({ name, comment }: CreateViewStatement['columns'][number]): string {
  return comment === undefined ? quoteName(name) : `${quoteName(name)} COMMENT ${quoteText(comment)}`;
}

/** The definition in a text that `printView` made. Throws SourceError for any other text. */
export function parseView(ddl: string): ViewDefinition {
  const facts = factsIn(ddl, mark);
  if (!isViewDefinition(facts)) {
    throw new SourceError('failed', 'the snapshot has a view that the embedded engine did not write');
  }
  return facts;
}

/** `name` is the view's afterwards. */
export type ViewMove = ObjectMove & Readonly<{ name: string }>;

/**
 * The same view under another name or in another database: `from.object` becomes `to.object`, and names without a
 * database mean `to`. Qualifiers of other names are left alone: an alias may have the database's name too.
 */
export function movedView(definition: ViewDefinition, move: ViewMove): ViewDefinition {
  const { from, to, name } = move;
  const database = sameName(definition.database, from) ? to : definition.database;
  const select = sameName(from, to) ? definition.select : movedSelect(definition.select, move);
  const moved = { ...definition, database, select };
  return { ...moved, statement: createView(name, moved) };
}

function movedSelect(select: string, move: ObjectMove): string {
  return movedText(tokenize(select), select, move);
}

function createView(name: string, definition: ViewDefinition): string {
  const columns = definition.columns.map((column) => quoteName(column.name)).join(', ');
  const security = definition.invoker === true ? 'SQL SECURITY INVOKER ' : '';
  const algorithm = definition.temptable === true ? 'ALGORITHM=TEMPTABLE ' : '';
  const check = definition.checkOption === undefined ? '' : ` WITH ${definition.checkOption} CHECK OPTION`;
  return `CREATE ${algorithm}${security}VIEW ${quoteName(name)} (${columns}) AS ${definition.select}${check}`;
}

function isViewDefinition(value: unknown): value is ViewDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const hasTexts = 'select' in value && typeof value.select === 'string' && 'database' in value;
  return hasTexts && typeof value.database === 'string' && 'columns' in value && Array.isArray(value.columns);
}
