import { canonicalCollation, defaultCollation } from '../ddl/character-sets.ts';
import type { Expression, Query } from './ast.ts';
import type { RewriteContext, TableReference } from './context.ts';
import type { TextWarning } from './text-warning.ts';
import { openScope, type RelationColumn, type Scope } from './scope.ts';
import type { Rendered } from './types.ts';

/** A common table that the query and those inside it may name. */
export type CommonTableEntry = Readonly<{ columns: readonly RelationColumn[] | undefined }>;

/** What one rewriting carries through the tree. */
export interface Environment {
  readonly renderers: Renderers;
  readonly context: RewriteContext;
  /** Milliseconds: the statement's NOW(). */
  readonly nowMs: number;
  /** That of literals: collation_connection. */
  readonly collation: string;
  readonly scope: Scope;
  readonly commonTables: ReadonlyMap<string, CommonTableEntry>;
  readonly output: Output;
  /** True inside an aggregate function's argument, where another aggregate may not stand. */
  readonly insideAggregate: boolean;
  /** The value is an operand of arithmetic, which asks itself whether its result is out of range. */
  readonly insideArithmetic: boolean;
  /** The value is a condition that keeps rows or leaves them out, so that unknown is as good as false. */
  readonly isFilter: boolean;
  /** How many stored functions' bodies are around this place. */
  readonly callDepth: number;
}

/** What the whole statement gathers. */
export interface Output {
  readonly tables: TableReference[];
  readonly warnings: TextWarning[];
  calcFoundRows: boolean;
  /** The names of the query whose rows a client is shown, if it is for one. */
  readonly shownScope?: Scope;
}

/** `isShown`: the rows are a client's to see. */
export function openEnvironment(context: RewriteContext, renderers: Renderers, isShown = false): Environment {
  const scope = openScope(undefined);
  return {
    renderers,
    context,
    nowMs: context.now(),
    collation: connectionCollation(context),
    scope,
    commonTables: new Map(),
    output: { tables: [], warnings: [], calcFoundRows: false, ...(isShown && { shownScope: scope }) },
    insideAggregate: false,
    insideArithmetic: false,
    isFilter: false,
    callDepth: 0,
  };
}

export function connectionCollation(context: RewriteContext): string {
  const name = context.variable('collation_connection');
  return typeof name === 'string' && name !== '' ? canonicalCollation(name) : defaultCollation;
}

/** A level for a query inside this one. */
export function nestedEnvironment(environment: Environment): Environment {
  return {
    ...environment,
    scope: openScope(environment.scope),
    insideAggregate: false,
    insideArithmetic: false,
    isFilter: false,
  };
}

/** For what is no condition of its own, but a part of one where unknown counts. */
export function outsideFilter(environment: Environment): Environment {
  return environment.isFilter ? { ...environment, isFilter: false } : environment;
}

/** For what is no operand of arithmetic. */
export function outsideArithmetic(environment: Environment): Environment {
  return environment.insideArithmetic ? { ...environment, insideArithmetic: false } : environment;
}

/** A rendered query: its text and what its columns are for the query around it. */
export type RenderedQuery = Readonly<{ sql: string; columns: readonly RelationColumn[] | undefined }>;

/** The parts of the rendering that contain one another; handed in, so that their files need not import in circles. */
export interface Renderers {
  expression(node: Expression, environment: Environment): Rendered;
  /** The environment's scope is new and belongs to the query. */
  query(query: Query, environment: Environment): RenderedQuery;
}

/** Gives DuckDB's form and the type of an expression, with every name resolved. */
export function render(node: Expression, environment: Environment): Rendered {
  return environment.renderers.expression(node, environment);
}

/** Gives DuckDB's form of a query, and its columns. */
export function renderQuery(query: Query, environment: Environment): RenderedQuery {
  return environment.renderers.query(query, environment);
}
