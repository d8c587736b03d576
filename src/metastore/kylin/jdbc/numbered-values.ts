export type NumberedStatement = Readonly<{ text: string; values: readonly unknown[] }>;

/**
 * PostgreSQL numbers what is given to a statement: each `?` becomes `$1`, a list `$1, $2`, a list of lists
 * `($1, $2), ($3, $4)`, as mysql2 writes them out. Our statements have no question mark in a text.
 */
export function numberValues(sql: string, given: readonly unknown[]): NumberedStatement {
  const values: unknown[] = [];
  const one = (value: unknown): string => `$${values.push(value)}`;
  const many = (list: readonly unknown[]): string => list.map(one).join(', ');
  let next = 0;
  const text = sql.replaceAll('?', () => {
    const value = given[next++];
    if (!isList(value)) return one(value);
    return value.every(isList) ? value.map((row) => `(${many(row)})`).join(', ') : many(value);
  });
  return { text, values };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
