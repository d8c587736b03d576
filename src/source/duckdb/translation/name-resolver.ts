import type { Cell, UserVariable } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { defaultCollation } from '../../../sql/ddl/character-sets.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { FunctionShape, RewriteContext, TableShape } from '../../../sql/rewrite/context.ts';
import { rewriteSelect } from '../../../sql/rewrite/rewrite.ts';
import type {
  StoredFunction,
  StoredObject,
  StoredOverload,
  StoredTable,
  StoredView,
} from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import type { Asked } from '../engine/names-in-sql.ts';
import { type SystemTableName, systemTableName } from '../engine/system-tables.ts';
import { nameKey, physicalName, sameName } from '../physical/names.ts';
import { requireObject } from './access.ts';
import { contextIn, contextOfView } from './contexts.ts';
import type { EngineContext } from './engine-context.ts';
import { rollupView } from './rollup-view.ts';
import { lexingOf, sqlModeOf } from './sql-mode.ts';
import type { Substitute } from './substitute.ts';
import { sysFunction } from './sys-functions.ts';
import {
  columnShape,
  definitionShape,
  functionParameterShape,
  tableShape,
  withRowid,
} from './table-shape.ts';

/** Views on views: each level is a level of DuckDB's planner. MySQL's own bound is its stack. */
const viewDepthMax = 32;

export type ResolverOptions = Readonly<{
  /** Tables of the statement that stand for others. */
  substitutes?: readonly Substitute[];
  /** Lets the statement name DuckDB's `rowid` of base tables, for our own selections of rows to change. */
  rowid?: boolean;
  /** Where the names of system tables are put, for the body of a function. */
  systemTables?: SystemTableName[];
  /** Where the objects that are read are put, for the body of a function. */
  reads?: StoredObject[];
  /** The functions whose bodies are being read, from the outermost. */
  running?: readonly StoredOverload[];
  /** A function that is about to be made: it is known already. */
  made?: StoredFunction;
  /** An expression that is kept with a table must not depend on functions, which may change. */
  refusesFunctions?: boolean;
}>;

/** What the rewriter asks about names, answered from the dictionary; keeps what was asked for. */
export class NameResolver implements RewriteContext {
  readonly systemTables: SystemTableName[];
  readonly objects: StoredObject[] = [];
  readonly reads: StoredObject[];
  readonly sqlMode: ReadonlySet<string>;
  readonly #engine: Engine;
  readonly #context: EngineContext;
  readonly #options: ResolverOptions;
  readonly #depth: number;

  constructor(engine: Engine, context: EngineContext, options: ResolverOptions, depth = 0) {
    this.systemTables = options.systemTables ?? [];
    this.reads = options.reads ?? [];
    this.#depth = depth;
    this.#engine = engine;
    this.#context = context;
    this.#options = options;
    this.sqlMode = sqlModeOf(context);
  }

  get database(): string | undefined {
    return this.#context.database;
  }

  /** What privileges were asked for, and what needs none. */
  asked(): Asked {
    const { objects, reads, systemTables } = this;
    return { objects, reads, systemTables, substitutes: this.#options.substitutes ?? [] };
  }

  table(database: string, name: string): TableShape | undefined {
    const substitute = this.#substitute(database, name);
    if (substitute !== undefined) return substitute.shape;
    const temporary = this.#temporary(database, name);
    if (temporary !== undefined) return this.#shapeOf(temporary);
    const system = this.#engine.systemTables;
    if (system?.hasSchema(database)) {
      const columns = system.columns(database, name);
      if (columns === undefined) return undefined;
      const shapes = columns.map((column) => ({ ...columnShape(column), isSystem: true }));
      const namesAsDefined = system.namesAsDefined?.(database, name) ?? false;
      return { columns: shapes, primaryKey: [], uniqueKeys: [], namesAsDefined };
    }
    this.#requireSelect(database, name);
    const found =
      this.#engine.dictionary.object(database, name) ??
      rollupView(this.#engine.dictionary, database, name)?.view;
    return found === undefined ? undefined : this.#shapeOf(found);
  }

  #shapeOf(object: StoredObject): TableShape | undefined {
    const shape = tableShape(object);
    if (shape === undefined || !this.#options.rowid || object.kind !== 'TABLE') return shape;
    return withRowid(shape);
  }

  #temporary(database: string, name: string): StoredTable | undefined {
    return this.#context.temporaryTables?.find(database, name);
  }

  tableName(database: string | undefined, name: string): string {
    const known = database ?? this.#context.database;
    if (known === undefined) throw new SqlError('no_database_selected', 'No database selected');
    const substitute = this.#substitute(known, name);
    if (substitute !== undefined) {
      if (substitute.of !== undefined) this.reads.push(substitute.of);
      return substitute.sql;
    }
    const temporary = this.#temporary(known, name);
    if (temporary !== undefined) {
      this.#note(temporary);
      return physicalName(temporary.database, temporary.name);
    }
    if (this.#engine.systemTables?.hasSchema(known)) return this.#systemTable(known, name);
    this.#requireSelect(known, name);
    if (this.#engine.dictionary.database(known) === undefined) {
      throw new SqlError('unknown_database', `Unknown database '${known}'`);
    }
    const found = this.#engine.dictionary.object(known, name);
    if (found === undefined) return this.#rollupSql(known, name);
    this.#note(found);
    return found.kind === 'VIEW' ? this.#viewSql(found) : physicalName(found.database, found.name);
  }

  /** Asked for before the name is looked up. What a synchronous materialized view shows are rows of its table. */
  #requireSelect(database: string, name: string): void {
    const { access } = this.#context;
    if (access === undefined) return;
    const { dictionary } = this.#engine;
    const isThere = dictionary.object(database, name) !== undefined;
    const shown = isThere ? name : (dictionary.rollup(database, name)?.table.name ?? name);
    requireObject({ context: this.#context, engine: this.#engine }, { database, name: shown }, ['SELECT']);
  }

  /** A synchronous materialized view stands as its SELECT over its table, whatever that is called now. */
  #rollupSql(database: string, name: string): string {
    const found = rollupView(this.#engine.dictionary, database, name);
    if (found === undefined) throw new SqlError('unknown_table', `Table '${database}.${name}' doesn't exist`);
    const { view, table, named } = found;
    this.#note(view);
    this.#note(table);
    const sql = physicalName(table.database, table.name);
    const shape = definitionShape(table.definition);
    return this.#viewSql(view, [{ database: table.database, name: named, sql, shape }]);
  }

  /**
   * A view stands as its own SELECT, translated anew for each statement: so NOW() in it is this statement's, and its
   * tables may be dropped and made again in any order (decision 0011).
   */
  #viewSql(view: StoredView, substitutes: readonly Substitute[] = []): string {
    if (this.#depth >= viewDepthMax) {
      throw new SqlError(
        'resource_limit',
        `views are nested more than ${viewDepthMax} deep at '${view.name}'`,
      );
    }
    const { select, columns } = view.definition;
    const { running = [] } = this.#options;
    const context = contextOfView(this.#context, view.definition);
    const names = new NameResolver(this.#engine, context, { running, substitutes }, this.#depth + 1);
    try {
      const { sql } = rewriteSelect(tokenize(select, lexingOf(this.sqlMode)), select, names);
      const wanted = columns.map((column) => duckdbName(column.name)).join(', ');
      for (const system of names.systemTables) this.#addSystemTable(system);
      this.reads.push(...names.reads);
      return `(SELECT ${wanted} FROM (${sql}) AS v(${wanted}))`;
    } catch (error) {
      const isLost =
        error instanceof SqlError &&
        ['unknown_table', 'unknown_column', 'unknown_database', 'does_not_exist'].includes(error.kind);
      if (!isLost) throw error;
      throw new SqlError(
        'view_invalid',
        `View '${view.database}.${view.name}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them`,
        { cause: error },
      );
    }
  }

  functions(database: string | undefined, name: string): readonly FunctionShape[] {
    const known = database ?? this.#context.database;
    const stored = known === undefined ? undefined : this.#function(known, name);
    if (stored === undefined) return [];
    if (this.#options.refusesFunctions === true) {
      throw new SqlError('not_supported', `the function '${name}' in the definition of a table`);
    }
    return stored.overloads.map((overload) => this.functionShape(stored, overload));
  }

  #function(database: string, name: string): StoredFunction | undefined {
    const { made } = this.#options;
    const isMade = made !== undefined && sameName(made.database, database) && sameName(made.name, name);
    if (isMade) return made;
    const ofServer = sysFunction(database, name);
    if (ofServer !== undefined) return ofServer;
    const stored = this.#engine.dictionary.function(database, name);
    if (stored !== undefined)
      this.#context.access?.require({ on: 'function', privilege: 'USAGE', database, name });
    return stored;
  }

  /** A function's body is read by its own sql_mode and database; the rest is the session's. */
  functionShape({ database, name }: StoredFunction, overload: StoredOverload): FunctionShape {
    const outer = contextIn(this.#context, database, overload.collation ?? defaultCollation);
    const context: EngineContext = {
      ...outer,
      database,
      variable: (variable) => (variable === 'sql_mode' ? overload.sqlMode : outer.variable(variable)),
    };
    const { running = [], made } = this.#options;
    const options = {
      systemTables: this.systemTables,
      reads: this.reads,
      running: [...running, overload],
      ...(made !== undefined && { made }),
    };
    return {
      database,
      name,
      parameters: overload.parameters.map((one) => functionParameterShape(one)),
      returns: overload.declaresResult ? functionParameterShape({ name, type: overload.returns }) : undefined,
      body: overload.body,
      lexing: lexingOf(sqlModeOf(context)),
      isRunning: running.includes(overload),
      context: new NameResolver(this.#engine, context, options, this.#depth),
    };
  }

  variable(name: string): Cell | undefined {
    return this.#context.variable(name);
  }

  queryAttribute(name: string): Cell | undefined {
    return this.#context.queryAttribute?.(name);
  }

  userVariable(name: string): UserVariable | undefined {
    return this.#context.userVariable(name);
  }

  get connectionId(): number {
    return this.#context.connectionId;
  }

  get user(): string {
    return this.#context.user;
  }

  get activeRoles(): readonly string[] {
    return this.#context.activeRoles ?? [];
  }

  get lastInsertId(): bigint {
    return this.#context.lastInsertId;
  }

  get foundRows(): bigint {
    return this.#context.foundRows;
  }

  get rowCount(): bigint {
    return this.#context.rowCount;
  }

  now(): number {
    return this.#context.now();
  }

  #note(object: StoredObject): void {
    this.objects.push(object);
    this.reads.push(object);
  }

  #substitute(database: string, name: string): Substitute | undefined {
    return this.#options.substitutes?.find(
      (each) => sameName(each.database, database) && sameName(each.name, name),
    );
  }

  #systemTable(schema: string, table: string): string {
    const name = { schema: nameKey(schema), table: nameKey(table) };
    if (this.#engine.systemTables?.columns(schema, table) === undefined) {
      throw unknownSystemTable(schema, table);
    }
    this.#addSystemTable(name);
    return systemTableName(name);
  }

  #addSystemTable(name: SystemTableName): void {
    const isNew = !this.systemTables.some((each) => each.schema === name.schema && each.table === name.table);
    if (isNew) this.systemTables.push(name);
  }
}

/** MySQL has an error of its own for information_schema, whose names it shows in capitals. */
function unknownSystemTable(schema: string, table: string): SqlError {
  if (nameKey(schema) !== 'information_schema')
    return new SqlError('unknown_table', `Table '${schema}.${table}' doesn't exist`);
  const message = `Unknown table '${table.toUpperCase()}' in information_schema`;
  return new SqlError('unknown_information_table', message);
}
