import type { Root } from '../dml/explained.ts';
import { estimate, type PlanNode, scannedTable } from './plan.ts';

const step = '    ';

/**
 * A plan as MySQL's FORMAT=TREE writes one: an operation a line, what it reads below it. The engine tells estimated rows and, of
 * a statement that was run, the rows and the time of each operation by itself; it tells no cost, and no time of the first row.
 */
export function printTree(plan: readonly PlanNode[], root: Root | undefined): string {
  const below = plan.flatMap((node) => linesOf(node));
  const rows = below.length === 0 ? ['-> Rows fetched before execution'] : below;
  if (root === undefined) return `${rows.join('\n')}\n`;
  return `${[`-> ${root.verb} ${root.tables.join(', ')}`, ...indented(rows)].join('\n')}\n`;
}

function linesOf(node: PlanNode): readonly string[] {
  const below = node.children.flatMap((child) => linesOf(child));
  const operation = operationOf(node);
  if (operation === undefined) return below;
  const condition = scannedTable(node)?.condition;
  const line = `-> ${operation}${numbersOf(node)}`;
  if (condition === undefined) return [line, ...indented(below)];
  return [`-> Filter: (${condition})`, ...indented([line, ...below])];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => step + line);
}

/** MySQL's words for an operation; undefined for what MySQL shows no line of. */
function operationOf(node: PlanNode): string | undefined {
  const { name, facts } = node;
  const table = scannedTable(node);
  if (table !== undefined) return `${table.byIndex ? 'Index scan' : 'Table scan'} on ${table.name}`;
  switch (name) {
    case 'PROJECTION':
    case 'RESULT_COLLECTOR':
      return undefined;
    case 'DUMMY_SCAN':
    case 'COLUMN_DATA_SCAN':
      return 'Rows fetched before execution';
    case 'EMPTY_RESULT':
      return 'Zero rows (Impossible WHERE)';
    case 'FILTER':
      return `Filter: ${facts['Expression'] ?? ''}`;
    case 'HASH_JOIN':
      return `${joinWords(facts)} hash join (${facts['Conditions'] ?? ''})`;
    case 'NESTED_LOOP_JOIN':
    case 'BLOCKWISE_NL_JOIN':
      return `Nested loop ${joinWords(facts).toLowerCase()} join (${facts['Conditions'] ?? facts['Condition'] ?? ''})`;
    case 'CROSS_PRODUCT':
      return 'Inner hash join (no condition)';
    case 'HASH_GROUP_BY':
    case 'PERFECT_HASH_GROUP_BY':
      return `Group aggregate: ${facts['Aggregates'] ?? facts['Groups'] ?? ''}`;
    case 'UNGROUPED_AGGREGATE':
    case 'SIMPLE_AGGREGATE':
      return `Aggregate: ${facts['Aggregates'] ?? ''}`;
    case 'ORDER_BY':
      return `Sort: ${facts['Order By'] ?? ''}`;
    case 'TOP_N':
      return `Sort: ${facts['Order By'] ?? ''}, limit input to ${facts['Top'] ?? ''} row(s) per chunk`;
    case 'LIMIT':
    case 'STREAMING_LIMIT':
      return `Limit: ${facts['Limit'] ?? ''} row(s)`;
    case 'WINDOW':
    case 'STREAMING_WINDOW':
      return `Window aggregate: ${facts['Projections'] ?? ''}`;
    case 'UNION':
      return 'Append';
    default:
      return ownWords(name);
  }
}

function joinWords(facts: PlanNode['facts']): string {
  const type = facts['Join Type'] ?? 'INNER';
  return type.charAt(0) + type.slice(1).toLowerCase();
}

/** `REC_CTE_SCAN` as `Rec cte scan`: an operation that MySQL has none like. */
function ownWords(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function numbersOf({ facts, actual }: PlanNode): string {
  const rows = estimate(facts);
  const estimated = rows === undefined ? '' : `  (rows=${rows})`;
  if (actual === undefined) return estimated;
  const time = (actual.seconds * 1_000).toFixed(4);
  return `${estimated} (actual own time=${time} rows=${actual.rows} loops=1)`;
}
