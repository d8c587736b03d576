/** Floating numbers as text: the shortest digits that read back as the same value, in MySQL's notation. */

/** MySQL writes numbers of up to this many digits before the point without an exponent, and as many zeros behind it. */
const plainExponentMax = 15;

export function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const magnitude = Math.abs(value);
  const isPlain = value === 0 || (magnitude >= 1e-6 && magnitude < 1e15);
  return isPlain || !Number.isFinite(value) ? text : notation(value);
}

/** The shortest digits for a 32-bit float: six to nine of them. */
export function floatText(value: number): string {
  const isPlainInteger = Number.isInteger(value) && Math.abs(value) < 10 ** plainExponentMax;
  if (!Number.isFinite(value) || isPlainInteger) return doubleText(value);
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return doubleText(rounded);
  }
  return doubleText(Number(value.toPrecision(9)));
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
