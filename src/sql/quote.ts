import { reservedWords } from './ddl/reserved-words.ts';

const reserved: ReadonlySet<string> = new Set(reservedWords);

/** A name in backquotes, as SHOW CREATE TABLE writes nearly every name. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A name in backquotes where it needs them: MySQL writes partitions and their columns so. */
export function quoteNameIfNeeded(name: string): string {
  const isPlain = /^[A-Za-z_$][\w$]*$/.test(name) && !reserved.has(name.toUpperCase());
  return isPlain ? name : quoteName(name);
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

/** The text of a literal that `quoteText` made; undefined when the SQL is anything else. */
export function unquoteText(sql: string): string | undefined {
  const inside = /^'((?:[^'\\]|''|\\[\s\S])*)'$/.exec(sql)?.[1];
  return inside?.replace(/''|\\([\s\S])/g, (pair, char: string | undefined) => {
    if (pair === "''") return "'";
    return { '0': '\0', n: '\n', r: '\r' }[char ?? ''] ?? char ?? '';
  });
}

/** A string in double quotes, as StarRocks prints properties and bounds of partitions. */
export function quoteDouble(text: string): string {
  return `"${text.replace(/[\0\n\r\\"]/g, (char) => (char === '"' ? '\\"' : (escapes[char] ?? char)))}"`;
}
