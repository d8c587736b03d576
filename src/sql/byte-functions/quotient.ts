/**
 * The quotient of two decimal texts with so many digits behind its point; what is behind them is cut. Neither text has an
 * exponent, and the divisor is not zero.
 */
export function quotient(left: string, right: string, digits: number): string {
  const [a, b] = [wholeOf(left), wholeOf(right)];
  const power = digits + b.scale - a.scale;
  const [above, below] = power < 0 ? [a.whole, b.whole * tenTo(-power)] : [a.whole * tenTo(power), b.whole];
  return withPoint(above / below, digits);
}

/** The digits as one number, and how many of them are behind the point. */
function wholeOf(text: string): Readonly<{ whole: bigint; scale: number }> {
  const point = text.indexOf('.');
  if (point < 0) return { whole: BigInt(text), scale: 0 };
  return { whole: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

function withPoint(whole: bigint, digits: number): string {
  if (digits === 0) return String(whole);
  const sign = whole < 0n ? '-' : '';
  const text = String(whole < 0n ? -whole : whole).padStart(digits + 1, '0');
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function tenTo(power: number): bigint {
  return 10n ** BigInt(power);
}
