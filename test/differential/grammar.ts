/** What an expression gives; MySQL converts between all of them, and so does the grammar now and then. */
export const kinds = ['number', 'text', 'date', 'truth'] as const;
export type Kind = (typeof kinds)[number];

/** A piece of SQL with holes (`#`), each filled by a child. */
export type Node = Readonly<{ kind: Kind; form: string; children: readonly Node[] }>;

export type Random = () => number;

const leaves: Readonly<Record<Kind, readonly string[]>> = {
  number: ['a.id', 'a.n', 'a.m', 'b.n', '0', '1', '-3', '7', '2.5', '0.1', '1000000', 'NULL'],
  text: ['a.s', 'b.s', "'abc'", "'ÄB c'", "'12x'", "''", "'7'", "'straße'", "'😀a'", 'NULL'],
  date: ['a.day', 'a.at', "DATE'2024-02-29'", "TIMESTAMP'2023-12-31 23:59:59'", 'b.day'],
  truth: ['a.n IS NULL', 'a.s IS NOT NULL', 'TRUE', 'FALSE', 'a.id = b.id'],
};

/** `N` number, `S` text, `D` date, `B` truth, `X` any. */
const forms: Readonly<Record<Kind, readonly string[]>> = {
  number: [
    '(N + N)',
    '(N - N)',
    '(N * N)',
    '(N / N)',
    '(N DIV N)',
    '(N % N)',
    '(- N)',
    'ABS(N)',
    'ROUND(N)',
    'ROUND(N, 1)',
    'FLOOR(N)',
    'CEIL(N)',
    'SIGN(N)',
    'TRUNCATE(N, 1)',
    'IFNULL(N, N)',
    'COALESCE(N, N, N)',
    'NULLIF(N, N)',
    'IF(B, N, N)',
    'CASE WHEN B THEN N ELSE N END',
    'CASE N WHEN N THEN N END',
    'GREATEST(N, N)',
    'LEAST(N, N)',
    'LENGTH(S)',
    'CHAR_LENGTH(S)',
    'LOCATE(S, S)',
    'INSTR(S, S)',
    'ASCII(S)',
    'FIND_IN_SET(S, S)',
    'STRCMP(S, S)',
    'FIELD(S, S, S)',
    'YEAR(D)',
    'MONTH(D)',
    'DAY(D)',
    'DAYOFWEEK(D)',
    'WEEKDAY(D)',
    'DAYOFYEAR(D)',
    'WEEK(D)',
    'QUARTER(D)',
    'HOUR(D)',
    'DATEDIFF(D, D)',
    'TO_DAYS(D)',
    'TIMESTAMPDIFF(DAY, D, D)',
    'TIMESTAMPDIFF(MONTH, D, D)',
    '(S + N)',
    'CAST(S AS SIGNED)',
    'CAST(N AS DECIMAL(12,3))',
    'CAST(N AS SIGNED)',
    'BIT_COUNT(FLOOR(N) & 7)',
    'BIT_COUNT(FLOOR(N) | 3)',
  ],
  text: [
    'CONCAT(S, S)',
    "CONCAT_WS(',', S, S)",
    'UPPER(S)',
    'LOWER(S)',
    'LEFT(S, 2)',
    'RIGHT(S, 2)',
    'SUBSTRING(S, 2)',
    'SUBSTRING(S, -2, 1)',
    'SUBSTRING(S, N, 3)',
    'REPLACE(S, S, S)',
    'REVERSE(S)',
    'TRIM(S)',
    'LTRIM(S)',
    "TRIM(BOTH 'a' FROM S)",
    "LPAD(S, 6, 'xy')",
    "RPAD(S, 5, '-')",
    'REPEAT(S, 2)',
    'HEX(S)',
    'INSERT(S, 2, 1, S)',
    'IFNULL(S, S)',
    'COALESCE(S, S)',
    'NULLIF(S, S)',
    'IF(B, S, S)',
    'CASE WHEN B THEN S ELSE S END',
    'CONCAT(S, N)',
    'CONCAT(D)',
    'CAST(N AS CHAR)',
    'CAST(D AS CHAR)',
    "DATE_FORMAT(D, '%Y-%m %a %j')",
    'DAYNAME(D)',
    "SUBSTRING_INDEX(S, 'b', 1)",
    'GREATEST(S, S)',
    'ELT(2, S, S)',
    'QUOTE(S)',
    'SPACE(2)',
  ],
  date: [
    '(D + INTERVAL 1 DAY)',
    '(D - INTERVAL 1 MONTH)',
    '(D + INTERVAL N DAY)',
    'DATE_ADD(D, INTERVAL 90 MINUTE)',
    'LAST_DAY(D)',
    'DATE(D)',
    'IFNULL(D, D)',
    'IF(B, D, D)',
    'CAST(D AS DATE)',
    'CAST(D AS DATETIME)',
  ],
  truth: [
    '(N = N)',
    '(N <> N)',
    '(N < N)',
    '(N >= N)',
    '(N <=> N)',
    '(S = S)',
    '(S < S)',
    '(S <=> S)',
    '(S <> S)',
    '(D < D)',
    '(D = D)',
    '(B AND B)',
    '(B OR B)',
    '(NOT B)',
    '(B XOR B)',
    '(N BETWEEN N AND N)',
    '(S BETWEEN S AND S)',
    '(N IN (N, N))',
    '(S IN (S, S, S))',
    "(S LIKE 'a%')",
    "(S LIKE '%B_')",
    '(S LIKE S)',
    "(S REGEXP 'a')",
    '(S = N)',
    '(X IS NULL)',
    '(B IS TRUE)',
  ],
};

const kindOf: Readonly<Record<string, Kind>> = { N: 'number', S: 'text', D: 'date', B: 'truth' };
const hole = /\b[NSDBX]\b/g;

/** A tree of at most `depth` levels. */
export function expression(kind: Kind, depth: number, random: Random): Node {
  if (depth === 0 || random() < 0.15) return { kind, form: pick(leaves[kind], random), children: [] };
  const form = pick(forms[kind], random);
  const children = [...form.matchAll(hole)].map(([letter]) =>
    expression(kindOf[letter] ?? pick(kinds, random), depth - 1, random),
  );
  return { kind, form: form.replace(hole, '#'), children };
}

export function print({ form, children }: Node): string {
  let index = 0;
  return form.replaceAll('#', () => print(children[index++] as Node));
}

/** Trees that are smaller: a part in the place of the whole, or one child made smaller. */
export function* smaller(node: Node): Generator<Node> {
  for (const child of node.children) if (child.kind === node.kind) yield child;
  if (node.children.length > 0) {
    for (const form of leaves[node.kind]) yield { kind: node.kind, form, children: [] };
  }
  for (const [index, child] of node.children.entries()) {
    for (const less of smaller(child)) yield { ...node, children: node.children.with(index, less) };
  }
}

export function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
