/** Floating numbers as text, in MySQL's notation; of a double the shortest digits that read back as the same value. */

/** MySQL writes numbers of up to this many digits before the point without an exponent, and as many zeros behind it. */
const plainExponentMax = 15;

export function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const magnitude = Math.abs(value);
  // With digits behind the point a number is written out, too.
  const isPlain = value === 0 || (magnitude >= 1e-6 && (magnitude < 1e15 || !Number.isInteger(value)));
  return isPlain || !Number.isFinite(value) ? text : notation(value);
}

/** Six digits, as MySQL shows a FLOAT (FLT_DIG): another float may have the same text. */
export function floatText(value: number): string {
  return Number.isFinite(value) ? doubleText(Number(value.toPrecision(6))) : doubleText(value);
}

/** `1e15`, `1.5e-16`: no plus sign; numbers nearer to 1 are written out. */
function notation(value: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= plainExponentMax || exponent < -plainExponentMax) return `${mantissa}e${exponent}`;
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
}
