import { SqlError } from '../../base/sql-error.ts';

/** ICU's reasons to refuse a pattern or to give up a match, as MySQL tells of them. */
const messages = {
  regexp_argument: 'Illegal argument to a regular expression.',
  regexp_index: 'Index out of bounds in regular expression search.',
  regexp_escape: 'Unrecognized escape sequence in regular expression.',
  regexp_parenthesis: 'Mismatched parenthesis in regular expression.',
  regexp_interval: 'Incorrect description of a {min,max} interval.',
  regexp_interval_order: 'The maximum is less than the minumum in a {min,max} interval.',
  regexp_back_reference: 'Invalid back-reference in regular expression.',
  regexp_look_behind: 'The look-behind assertion exceeds the limit in regular expression.',
  regexp_bracket: 'The regular expression contains an unclosed bracket expression.',
  regexp_range: 'The regular expression contains an [x-y] character range where x comes after y.',
  regexp_stack: 'Overflow in the regular expression backtrack stack.',
  regexp_timeout: 'Timeout exceeded in regular expression match.',
  regexp_pattern_size: 'The regular expression pattern exceeds limits on size or complexity.',
  regexp_group_name: 'A capture group has an invalid name.',
  regexp_number: 'Decimal number in regular expression is too large.',
} as const;

export type RegexpErrorKind = keyof typeof messages;

export function regexpError(kind: RegexpErrorKind): SqlError {
  return new SqlError(kind, messages[kind]);
}

/** The pattern is no regular expression from this character on, which is counted from 1. */
export function regexpSyntax(text: string, at: number): SqlError {
  const before = text.slice(0, at).split('\n');
  return new SqlError(
    'regexp_syntax',
    `Syntax error in regular expression on line ${before.length}, character ${(before.at(-1)?.length ?? 0) + 1}.`,
  );
}
