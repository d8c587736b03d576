/** An operator of DuckDB's plan. */
export type PlanNode = Readonly<{
  name: string;
  children: readonly PlanNode[];
  facts: Readonly<Record<string, string>>;
  /** What it did, when the statement was run. */
  actual?: Readonly<{ rows: number; seconds: number }>;
}>;

type Facts = Readonly<Record<string, string | readonly string[]>>;
type Planned = Readonly<{ name: string; children: readonly Planned[]; extra_info: Facts }>;
type Profiled = Readonly<{
  operator_name?: string;
  operator_cardinality?: number;
  operator_timing?: number;
  children: readonly Profiled[];
  extra_info: Facts;
}>;

/** DuckDB's EXPLAIN (FORMAT json). */
export function readPlan(json: string): readonly PlanNode[] {
  return (JSON.parse(json) as readonly Planned[]).map((node) => planned(node));
}

/** DuckDB's EXPLAIN (ANALYZE, FORMAT json). */
export function readProfile(json: string): readonly PlanNode[] {
  const { children } = JSON.parse(json) as Profiled;
  return children
    .flatMap((node) => (node.operator_name === 'EXPLAIN_ANALYZE' ? node.children : [node]))
    .map((node) => profiled(node));
}

function planned({ name, children, extra_info: facts }: Planned): PlanNode {
  return { name: name.trim(), facts: factsOf(facts), children: children.map((child) => planned(child)) };
}

function profiled(node: Profiled): PlanNode {
  const { operator_name: name = '', operator_cardinality: rows = 0, operator_timing: seconds = 0 } = node;
  return {
    name: name.trim(),
    facts: factsOf(node.extra_info),
    actual: { rows, seconds },
    children: node.children.map((child) => profiled(child)),
  };
}

function factsOf(facts: Facts): PlanNode['facts'] {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.join(', '),
    ]),
  );
}

/** A table that a plan reads rows of. */
export type ScannedTable = Readonly<{
  name: string;
  /** As DuckDB estimates them. */
  rows: number | undefined;
  condition: string | undefined;
  byIndex: boolean;
}>;

export function scannedTables(node: PlanNode): readonly ScannedTable[] {
  const found = scannedTable(node);
  return found === undefined ? node.children.flatMap((child) => scannedTables(child)) : [found];
}

export function scannedTable({ facts }: PlanNode): ScannedTable | undefined {
  const { Table: name, Filters: condition, Type: type } = facts;
  if (name === undefined) return undefined;
  return {
    name: shownTable(name),
    rows: estimate(facts),
    condition,
    byIndex: type?.startsWith('Index') === true,
  };
}

export function estimate(facts: PlanNode['facts']): number | undefined {
  const rows = Number(facts['Estimated Cardinality']);
  return Number.isFinite(rows) ? rows : undefined;
}

/** The last part of DuckDB's name, without its quotes. */
function shownTable(name: string): string {
  return (/(?:"((?:[^"]|"")*)"|([^."]+))$/.exec(name)?.slice(1).find(Boolean) ?? name).replaceAll('""', '"');
}
