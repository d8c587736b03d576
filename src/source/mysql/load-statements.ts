import { decoded, type LoadColumn } from './load-columns.ts';

/**
 * With an empty ESCAPED BY a backslash is a character like others, a quote is doubled, and a bare NULL is no value (MySQL
 * manual, "LOAD DATA Statement", on FIELDS).
 */
export function loadStatement(into: string, columns: readonly LoadColumn[]): string {
  const fields: string[] = [];
  const sets: string[] = [];
  for (const { column, fields: own, decode } of columns) {
    const first = fields.length;
    if (decode === undefined) {
      fields.push(column);
      continue;
    }
    fields.push(...own.map((_field, index) => `@c${first + index}`));
    sets.push(`${column} = ${decoded(decode, (index) => `@c${first + index}`)}`);
  }
  return (
    `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${into} CHARACTER SET utf8mb4 ` +
    `FIELDS TERMINATED BY ',' ENCLOSED BY '"' ESCAPED BY '' LINES TERMINATED BY '\\n' ` +
    `(${fields.join(', ')})${sets.length === 0 ? '' : ` SET ${sets.join(', ')}`}`
  );
}

/** The INSERT of one row of parameters: the fields of the columns, in their order. */
export function insertStatement(into: string, columns: readonly LoadColumn[]): string {
  const names = columns.map(({ column }) => column);
  const values = columns.map(({ decode }) => (decode === undefined ? '?' : decoded(decode, () => '?')));
  return `INSERT INTO ${into} (${names.join(', ')}) VALUES (${values.join(', ')})`;
}
