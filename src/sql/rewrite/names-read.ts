import type { Token } from '../token.ts';
import type { Expression, Query, QueryBody, Select, TableExpression } from './ast.ts';
import { grammar } from './parse/grammar.ts';
import { queryReader, readExpression, readQuery } from './parse/query-reader.ts';
import { children } from './walk.ts';

/** A name as written; without a database it is one of the current database. */
export type NameRead = Readonly<{ database?: string; name: string }>;

/** What a query or an expression names, its subqueries included. Names of common tables are left out. */
export type NamesRead = Readonly<{ tables: readonly NameRead[]; functions: readonly NameRead[] }>;

/** The names of a SELECT. Throws SqlError for what is none. */
export function namesOfQuery(tokens: readonly Token[], text: string): NamesRead {
  const reader = queryReader(grammar, { tokens, text, modes: new Set() });
  const query = readQuery(reader);
  reader.expectEnd();
  const names = new Collector();
  names.query(query, new Set());
  return names;
}

/** The tables that a part of a query names. */
export function tablesOfBody(body: QueryBody): readonly NameRead[] {
  const names = new Collector();
  names.query({ recursive: false, with: [], body, orderBy: [], limit: undefined }, new Set());
  return names.tables;
}

/** The names of an expression. Throws SqlError for what is none. */
export function namesOfExpression(tokens: readonly Token[], text: string): NamesRead {
  const reader = queryReader(grammar, { tokens, text, modes: new Set() });
  const node = readExpression(reader);
  reader.expectEnd();
  const names = new Collector();
  names.expression(node, new Set());
  return names;
}

/** The names of the columns that an expression reads itself, without those of its subqueries. Throws SqlError for what is none. */
export function columnsOfExpression(tokens: readonly Token[], text: string): readonly string[] {
  const reader = queryReader(grammar, { tokens, text, modes: new Set() });
  const node = readExpression(reader);
  reader.expectEnd();
  return columnsOf(node);
}

function columnsOf(node: Expression): readonly string[] {
  return node.kind === 'column' ? [node.name] : children(node).flatMap((child) => columnsOf(child));
}

/** Walks the tree; `common` has the lower-case names of the common tables in reach. */
class Collector implements NamesRead {
  readonly tables: NameRead[] = [];
  readonly functions: NameRead[] = [];

  query(query: Query, common: ReadonlySet<string>): void {
    let inside = common;
    for (const table of query.with) {
      const own = new Set([...inside, table.name.toLowerCase()]);
      this.query(table.query, query.recursive ? own : inside);
      inside = own;
    }
    this.#body(query.body, inside);
    for (const { expression } of query.orderBy) this.expression(expression, inside);
  }

  expression(node: Expression, common: ReadonlySet<string>): void {
    if (node.kind === 'call') {
      const { database } = node;
      this.functions.push({ name: node.quoted ?? node.name, ...(database !== undefined && { database }) });
    }
    if ('query' in node) this.query(node.query, common);
    for (const child of children(node)) this.expression(child, common);
  }

  #body(body: QueryBody, common: ReadonlySet<string>): void {
    switch (body.kind) {
      case 'select':
        return this.#select(body, common);
      case 'set':
        this.#body(body.left, common);
        return this.#body(body.right, common);
      case 'values':
        for (const value of body.rows.flat()) this.expression(value, common);
        return;
      case 'nested':
        return this.query(body.query, common);
    }
  }

  #select(select: Select, common: ReadonlySet<string>): void {
    for (const table of select.from) this.#table(table, common);
    const windows = select.windows.flatMap(({ window }) => [
      ...window.partitionBy,
      ...window.orderBy.map((item) => item.expression),
    ]);
    const expressions = [
      ...select.items.map((item) => item.expression),
      select.where,
      ...select.groupBy,
      select.having,
      ...windows,
    ];
    for (const node of expressions) if (node !== undefined) this.expression(node, common);
  }

  #table(table: TableExpression, common: ReadonlySet<string>): void {
    switch (table.kind) {
      case 'table': {
        const { database, name } = table;
        if (database !== undefined) this.tables.push({ database, name });
        else if (!common.has(name.toLowerCase())) this.tables.push({ name });
        return;
      }
      case 'derived':
        return this.query(table.query, common);
      case 'jsonTable':
        return this.expression(table.document, common);
      case 'join':
        this.#table(table.left, common);
        this.#table(table.right, common);
        if (table.on !== undefined) this.expression(table.on, common);
    }
  }
}
