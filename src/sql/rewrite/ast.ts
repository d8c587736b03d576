import type { Fallback } from '../json/table.ts';

/**
 * MySQL's SELECT and expressions as the rewriter understands them. What has no node here is not understood, and
 * refused; nothing passes through as text.
 */
export type Expression =
  | Readonly<{ kind: 'number'; text: string }>
  /** `characterSet`: that of an introducer. */
  | Readonly<{ kind: 'string'; value: string; binary: boolean; characterSet?: string }>
  /** x'…' and 0x… (`base` 16), b'…' and 0b… (`base` 2): bytes, or a number where one is wanted. */
  | Readonly<{ kind: 'bytes'; digits: string; base: 2 | 16; number: boolean }>
  | Readonly<{ kind: 'null' }>
  | Readonly<{ kind: 'boolean'; value: boolean }>
  | Readonly<{ kind: 'temporal'; type: 'date' | 'time' | 'datetime'; value: string }>
  | ColumnName
  | Readonly<{ kind: 'star'; database?: string; table?: string }>
  | Readonly<{ kind: 'parameter'; number: number }>
  | Readonly<{ kind: 'systemVariable'; name: string }>
  | Readonly<{ kind: 'userVariable'; name: string }>
  /** `@name := value`, whose value it has. */
  | Readonly<{ kind: 'assignment'; name: string; value: Expression }>
  | Readonly<{ kind: 'unary'; operator: UnaryOperator; operand: Expression }>
  | Readonly<{ kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }>
  | Readonly<{ kind: 'compare'; operator: CompareOperator; left: Expression; right: Expression }>
  | Readonly<{
      kind: 'quantified';
      operator: CompareOperator;
      quantifier: 'ANY' | 'ALL';
      left: Expression;
      query: Query;
    }>
  | Readonly<{ kind: 'logical'; operator: 'AND' | 'OR' | 'XOR'; operands: readonly Expression[] }>
  | Readonly<{ kind: 'is'; operand: Expression; test: IsTest; negated: boolean }>
  | Readonly<{ kind: 'in'; operand: Expression; items: readonly Expression[]; negated: boolean }>
  | Readonly<{ kind: 'inQuery'; operand: Expression; query: Query; negated: boolean }>
  | Readonly<{
      kind: 'between';
      operand: Expression;
      low: Expression;
      high: Expression;
      negated: boolean;
    }>
  | Readonly<{
      kind: 'like';
      operand: Expression;
      pattern: Expression;
      escape: Expression | undefined;
      negated: boolean;
    }>
  | Readonly<{ kind: 'regexp'; operand: Expression; pattern: Expression; negated: boolean }>
  | Readonly<{
      kind: 'case';
      operand: Expression | undefined;
      branches: readonly Readonly<{ when: Expression; result: Expression }>[];
      otherwise: Expression | undefined;
    }>
  | Call
  | Readonly<{ kind: 'cast'; operand: Expression; target: CastTarget }>
  | Readonly<{ kind: 'convertUsing'; operand: Expression; characterSet: string }>
  | Readonly<{ kind: 'collate'; operand: Expression; collation: string }>
  | Readonly<{
      kind: 'dateArithmetic';
      operator: '+' | '-';
      date: Expression;
      amount: Expression;
      unit: string;
    }>
  | Readonly<{ kind: 'extract'; unit: string; operand: Expression }>
  | Readonly<{ kind: 'row'; items: readonly Expression[] }>
  | Readonly<{ kind: 'subquery'; query: Query }>
  | Readonly<{ kind: 'exists'; query: Query }>
  | Readonly<{ kind: 'default'; column: ColumnName | undefined }>;

export type ColumnName = Readonly<{ kind: 'column'; name: string; table?: string; database?: string }>;

export type UnaryOperator = '-' | '+' | '~' | 'NOT';
export type BinaryOperator = '+' | '-' | '*' | '/' | 'DIV' | '%' | '^' | '&' | '|' | '<<' | '>>';
export type CompareOperator = '=' | '<=>' | '<>' | '<' | '<=' | '>' | '>=';
export type IsTest = 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN';

export type Call = Readonly<{
  kind: 'call';
  /** Upper case. */
  name: string;
  /** `db.f(…)`: a stored function, never one of MySQL's own. */
  database?: string;
  /** As written, where it was written in a form that only a stored function can have: in backquotes. */
  quoted?: string;
  arguments: readonly Expression[];
  distinct: boolean;
  /** GROUP_CONCAT(… ORDER BY …). */
  orderBy: readonly OrderItem[];
  /** GROUP_CONCAT(… SEPARATOR '…'). */
  separator: string | undefined;
  /** OVER (…), or OVER name. */
  window: Window | undefined;
}>;

export type Window = Readonly<{
  /** A name of the WINDOW clause that this one is, or extends. */
  name: string | undefined;
  partitionBy: readonly Expression[];
  orderBy: readonly OrderItem[];
  frame: Frame | undefined;
}>;

export type Frame = Readonly<{ unit: 'ROWS' | 'RANGE'; start: FrameBound; end: FrameBound | undefined }>;

export type FrameBound =
  | Readonly<{ kind: 'current' }>
  | Readonly<{
      kind: 'preceding' | 'following';
      /** `undefined` is UNBOUNDED. */
      amount: Expression | undefined;
      unit: string | undefined;
    }>;

export type CastTarget = Readonly<{
  name:
    | 'SIGNED'
    | 'UNSIGNED'
    | 'CHAR'
    | 'BINARY'
    | 'DATE'
    | 'DATETIME'
    | 'TIME'
    | 'DECIMAL'
    | 'DOUBLE'
    | 'FLOAT'
    | 'JSON'
    | 'YEAR';
  /** (n) or (p, s). */
  arguments: readonly number[];
  /** Of CHAR. */
  characterSet?: string;
}>;

export type OrderItem = Readonly<{ expression: Expression; descending: boolean }>;

export type Query = Readonly<{
  recursive: boolean;
  with: readonly CommonTable[];
  body: QueryBody;
  orderBy: readonly OrderItem[];
  limit: Limit | undefined;
}>;

export type CommonTable = Readonly<{ name: string; columns: readonly string[]; query: Query }>;

export type Limit = Readonly<{ count: Expression; offset: Expression | undefined }>;

export type QueryBody = Select | SetOperation | Values | Readonly<{ kind: 'nested'; query: Query }>;

export type SetOperation = Readonly<{
  kind: 'set';
  operator: 'UNION' | 'EXCEPT' | 'INTERSECT';
  all: boolean;
  left: QueryBody;
  right: QueryBody;
}>;

export type Values = Readonly<{ kind: 'values'; rows: readonly (readonly Expression[])[] }>;

export type Select = Readonly<{
  kind: 'select';
  distinct: boolean;
  calcFoundRows: boolean;
  items: readonly SelectItem[];
  from: readonly TableExpression[];
  where: Expression | undefined;
  groupBy: readonly Expression[];
  rollup: boolean;
  having: Expression | undefined;
  windows: readonly Readonly<{ name: string; window: Window }>[];
}>;

export type SelectItem = Readonly<{
  expression: Expression;
  alias: string | undefined;
  /** The expression as written: MySQL's name of a column without an alias. */
  text: string;
}>;

export type TableExpression =
  | Readonly<{ kind: 'table'; database: string | undefined; name: string; alias: string | undefined }>
  | Readonly<{ kind: 'derived'; query: Query; alias: string; columns: readonly string[]; lateral: boolean }>
  | JsonTable
  | Join;

export type JsonTable = Readonly<{
  kind: 'jsonTable';
  document: Expression;
  path: string;
  columns: readonly JsonTableColumn[];
  alias: string;
}>;

export type JsonTableColumn =
  | Readonly<{ kind: 'ordinality'; name: string }>
  /** A value at the path, or with `exists` whether there is one. */
  | Readonly<{
      kind: 'value';
      name: string;
      type: JsonTableType;
      path: string;
      exists: boolean;
      onEmpty: Fallback;
      onError: Fallback;
    }>
  | Readonly<{ kind: 'nested'; path: string; columns: readonly JsonTableColumn[] }>;

/** The type's name in upper case, ` UNSIGNED` behind it where it is so, and its sizes. */
export type JsonTableType = Readonly<{
  name: string;
  sizes: readonly number[];
  collation: string | undefined;
}>;

export type Join = Readonly<{
  kind: 'join';
  type: 'INNER' | 'LEFT' | 'RIGHT';
  natural: boolean;
  left: TableExpression;
  right: TableExpression;
  on: Expression | undefined;
  using: readonly string[];
}>;
