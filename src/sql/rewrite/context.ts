import type { Cell, UserVariable } from '../../base/rows.ts';
import type { LexerOptions } from '../token.ts';

/** What the rewriter has to know of a base table or view to give MySQL's types and dependencies. */
export type TableShape = Readonly<{
  columns: readonly ColumnShape[];
  /** Names of the key's columns; empty without a primary key. */
  primaryKey: readonly string[];
  uniqueKeys: readonly (readonly string[])[];
  /** A result calls the columns as they are defined, and not as the statement writes them. */
  namesAsDefined?: boolean;
}>;

export type ColumnShape = Readonly<{
  name: string;
  /** MySQL's type name in upper case: `INT`, `VARCHAR`, `DECIMAL`, `DATE`, `JSON` …; ` UNSIGNED` may follow. */
  type: string;
  /** Digits after the point of a DECIMAL, 0 when absent; of the second of a DATETIME or TIME, unknown when absent. */
  scale?: number;
  /** Digits of a DECIMAL in all, unknown when absent. */
  precision?: number;
  /** Of a BIT; 1 when absent. */
  bits?: number;
  /** Absent means that the column may hold NULL. */
  nullable?: boolean;
  /** Those of a SET, in the order of its bits. */
  members?: readonly string[];
  /** Absent means the default collation, which ignores case; a name that ends in `_bin` compares bytes. */
  collation?: string;
  /** A column of the server itself, whose collation gives way to those of other columns. */
  isSystem?: boolean;
}>;

/** A stored function as the rewriter expands it. */
export type FunctionShape = Readonly<{
  database: string;
  name: string;
  parameters: readonly FunctionParameterShape[];
  /** The type that the result is converted to; undefined where the expression's own stands. */
  returns: FunctionParameterShape | undefined;
  /** The body in MySQL's dialect, and how its text is read. */
  body: string;
  lexing: LexerOptions;
  /** The call stands in the body of this very function, or of one that it calls. */
  isRunning: boolean;
  /** What the names of the body mean. */
  context: RewriteContext;
}>;

/** `sqlType` is DuckDB's; `lengthMax` bounds a text in characters. */
export type FunctionParameterShape = Readonly<{ shape: ColumnShape; sqlType: string; lengthMax?: number }>;

/** What a statement may depend on besides its own text. Read while rewriting, never changed. */
export interface RewriteContext {
  readonly database: string | undefined;
  /** Upper-case words of sql_mode. */
  readonly sqlMode: ReadonlySet<string>;
  /** Base tables and views of the embedded engine; `undefined` where the shape is not known. */
  table(database: string, name: string): TableShape | undefined;
  /** DuckDB's quoted name for a table; also maps information_schema and mysql to the engine's own schemas. */
  tableName(database: string | undefined, name: string): string;
  /** The overloads of a stored function, in the order in which they were made; empty where there is none. */
  functions(database: string | undefined, name: string): readonly FunctionShape[];
  /** A system variable by its lower-case name without scope; `undefined` for an unknown one. */
  variable(name: string): Cell | undefined;
  userVariable(name: string): UserVariable | undefined;
  /** What the client sent with the statement under this name. */
  queryAttribute?(name: string): Cell | undefined;
  readonly connectionId: number;
  /** `name@host`. */
  readonly user: string;
  /** Names of the roles in use; absent means none. */
  readonly activeRoles?: readonly string[];
  readonly lastInsertId: bigint;
  readonly foundRows: bigint;
  readonly rowCount: bigint;
  /** Milliseconds since the epoch; NOW() is constant in a statement, so this is read once for each. */
  now(): number;
}

/** A table that a statement names, for the check of privileges. */
export type TableReference = Readonly<{
  database: string | undefined;
  name: string;
  access: 'read' | 'write';
}>;
