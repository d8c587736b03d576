import { tokenize } from '../../../sql/lexer.ts';
import { SourceError } from '../../source-error.ts';
import { factsIn, withFacts, withoutFacts } from '../translation/facts-comment.ts';
import { movedText, type ObjectMove } from '../translation/moved-text.ts';
import { sameName } from '../physical/names.ts';
import { renamedTables, type TableRename } from './renamed-tables.ts';
import { type MaterializedView, shownMaterializedView } from '../dictionary/materialized-view.ts';

const mark = 'holdfast-materialized-view:';

/**
 * CREATE MATERIALIZED VIEW as a snapshot keeps it: StarRocks' statement, and in a comment behind it what the engine
 * knows of the view, so that it can be restored before its bases are there.
 */
export function printMaterializedView(name: string, view: MaterializedView): string {
  return withFacts(shownMaterializedView(name, view), mark, view);
}

/** The view in a text that `printMaterializedView` made. Throws SourceError for any other text. */
export function parseMaterializedView(ddl: string): MaterializedView {
  const facts = factsIn(ddl, mark);
  if (isMaterializedView(facts)) return facts;
  throw new SourceError('failed', 'the embedded engine cannot read its definition');
}

/** StarRocks' statement alone, in a text that `printMaterializedView` made: it does not change with refreshes. */
export function statementIn(ddl: string): string {
  return withoutFacts(ddl, mark);
}

/** `renames` are base tables that have another name afterwards. */
export type MaterializedViewMove = ObjectMove & Readonly<{ name: string; renames: readonly TableRename[] }>;

/** The same view under another name, in another database, over bases of other names. */
export function movedMaterializedView(view: MaterializedView, move: MaterializedViewMove): MaterializedView {
  const { from, to, name, renames } = move;
  const isHome = sameName(view.database, from);
  const database = isHome ? to : view.database;
  const renamed = renamedTables(view.select, renames, { database: from, isCurrent: isHome });
  const objects = [...move.objects, ...renames.map((rename) => rename.to)];
  const select = sameName(from, to) ? renamed : movedText(tokenize(renamed), renamed, { from, to, objects });
  return { ...view, database, select, table: { ...view.table, name } };
}

function isMaterializedView(value: unknown): value is MaterializedView {
  if (typeof value !== 'object' || value === null) return false;
  const hasTexts = 'select' in value && typeof value.select === 'string' && 'database' in value;
  if (!hasTexts || typeof value.database !== 'string') return false;
  const hasParts = 'table' in value && isRecord(value.table) && 'refresh' in value && isRecord(value.refresh);
  return (
    hasParts && 'bases' in value && Array.isArray(value.bases) && 'state' in value && isRecord(value.state)
  );
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
