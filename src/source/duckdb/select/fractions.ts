import type { Token } from '../../../sql/token.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import { classOf } from '../physical/types.ts';

/** Words by which a statement makes fractions of seconds itself. */
const fractionWords = new Set([
  'MICROSECOND',
  'SECOND_MICROSECOND',
  'FROM_UNIXTIME',
  'SEC_TO_TIME',
  'MAKETIME',
]);

/**
 * Whether dates with time in the result may have fractions of a second. DuckDB keeps microseconds for all of them;
 * MySQL shows as many digits as were declared, mostly none.
 */
export function readsFractions(objects: readonly StoredObject[], tokens: readonly Token[]): boolean {
  return (
    objects.some((object) => hasFractions(object)) ||
    tokens.some((token, at) => makesFractions(tokens, token, at))
  );
}

function hasFractions(object: StoredObject): boolean {
  if (object.kind === 'VIEW') return object.definition.fractions;
  const table = object.kind === 'TABLE' ? object.definition : object.definition.table;
  return table.columns.some(({ type }) => {
    const kind = classOf(type);
    return (kind === 'datetime' || kind === 'time') && (type.arguments[0] ?? 0) > 0;
  });
}

function makesFractions(tokens: readonly Token[], token: Token, at: number): boolean {
  if (token.kind === 'string') return /\d:\d{1,2}:\d{1,2}\.\d/.test(token.value);
  if (fractionWords.has(token.upper)) return true;
  // NOW(6), CURRENT_TIMESTAMP(3), CAST(x AS DATETIME(6)).
  const isClock =
    /^(?:NOW|SYSDATE|CURRENT_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP|UTC_TIMESTAMP|UTC_TIME|CURTIME|CURRENT_TIME|DATETIME|TIME)$/.test(
      token.upper,
    );
  return (
    isClock &&
    tokens[at + 1]?.text === '(' &&
    tokens[at + 2]?.kind === 'number' &&
    tokens[at + 2]?.text !== '0'
  );
}
