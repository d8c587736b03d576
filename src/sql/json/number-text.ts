/** As C's `rint`: to the nearer integer, half to even. */
export function roundedToEven(value: number): bigint {
  const floor = Math.floor(value);
  const isUp = value - floor > 0.5 || (value - floor === 0.5 && floor % 2 !== 0);
  return BigInt(floor + (isUp ? 1 : 0));
}

/** A number of a document as a DECIMAL shows it, rounded half away from zero; undefined for more digits than it has. */
export function decimalText(digits: string, precision: number, scale: number): string | undefined {
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[-+]/, '').split('.');
  const all = BigInt(`0${whole}${fraction}`);
  const power = Number(exponent) - fraction.length + scale;
  if (all === 0n) return '0';
  if (power > precision) return undefined;
  const scaled = power >= 0 ? all * 10n ** BigInt(power) : halfUp(all, Math.min(-power, digitsMax));
  if (scaled >= 10n ** BigInt(precision)) return undefined;
  const text = String(scaled).padStart(scale + 1, '0');
  const sign = digits.startsWith('-') && scaled !== 0n ? '-' : '';
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/** Behind so many digits nothing is left of any number of a document that a DECIMAL could show. */
const digitsMax = 400;

function halfUp(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(digits);
  return (value + unit / 2n) / unit;
}
