/** The counter goes on while the table is read, and is no part of its definition. */
const counter = / AUTO_INCREMENT=(\d+)(?= |$)/m;

/** SHOW CREATE TABLE's text without what changes when rows are written: for comparing definitions. */
export function comparableDdl(ddl: string): string {
  return ddl.replace(counter, '');
}
