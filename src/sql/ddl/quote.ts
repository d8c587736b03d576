/** A name in backquotes, as SHOW CREATE TABLE writes every name. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A string literal that reads back as `text` under every sql_mode but NO_BACKSLASH_ESCAPES. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\0\n\r\\']/g, (char) => escapes[char] ?? char)}'`;
}

/** What MySQL escapes where it prints a literal (append_unescaped of its sources). */
const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "''",
};

/** A string in double quotes, as StarRocks prints properties and comments. */
export function quoteDouble(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
