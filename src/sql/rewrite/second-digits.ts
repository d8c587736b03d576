import type { Rendered } from './types.ts';

/** MySQL keeps microseconds. */
export const secondDigitsMax = 6;

const literalFraction = /:\d{1,2}\.(\d{1,6})\d*\s*$/;
const digitsFraction = /^\s*-?\d+\.(\d{1,6})\d*\s*$/;

/**
 * Digits of the second's fraction that MySQL shows of a time which is made from this value: those that its type has,
 * or a literal. Undefined where the type is not known.
 */
export function digitsAsTime(value: Rendered): number | undefined {
  if (value.type.kind !== 'text' || value.literal === undefined) return digitsAsSeconds(value);
  const match = literalFraction.exec(value.literal) ?? digitsFraction.exec(value.literal);
  return match?.[1]?.length ?? 0;
}

/** As `digitsAsTime`, of a number of seconds: a text is a number with any fraction. */
export function digitsAsSeconds({ type }: Rendered): number | undefined {
  switch (type.kind) {
    case 'integer':
    case 'boolean':
    case 'date':
    case 'null':
      return 0;
    case 'decimal':
      return Math.min(type.scale, secondDigitsMax);
    case 'double':
      return Math.min(type.decimals ?? secondDigitsMax, secondDigitsMax);
    case 'datetime':
    case 'time':
      return type.digits;
    case 'text':
    case 'json':
    case 'binary':
      return secondDigitsMax;
    case 'unknown':
      return undefined;
  }
}

/** The most digits of several values; undefined when one is not known. */
export function mostDigits(...digits: readonly (number | undefined)[]): number | undefined {
  return digits.reduce(
    (most, each) => (most === undefined || each === undefined ? undefined : Math.max(most, each)),
    0,
  );
}
