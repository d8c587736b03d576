/** MySQL's generator of RAND(seed): two numbers that are below 2³⁰ - 1 (my_rnd of its sources). */
const modulus = 0x3f_ff_ff_ff;
const modulusBig = BigInt(modulus);

type State = Readonly<{ one: number; other: number }>;

/** The numbers of one seed, by their place from 1 on. Cheap for one place after the other. */
export class SeededRandom {
  readonly #seed: bigint;
  #place = 0;
  #state: State;

  constructor(seed: bigint) {
    this.#seed = seed;
    this.#state = begin(seed);
  }

  at(place: number): number {
    if (place !== this.#place + 1) this.#state = stateBefore(this.#seed, place);
    this.#place = place;
    const one = (this.#state.one * 3 + this.#state.other) % modulus;
    const other = (one + this.#state.other + 33) % modulus;
    this.#state = { one, other };
    return one / modulus;
  }
}

function begin(seed: bigint): State {
  const low = BigInt.asUintN(32, seed);
  const scaled = (factor: bigint, more: bigint): number =>
    Number(BigInt.asUintN(32, low * factor + more) % modulusBig);
  return { one: scaled(0x10001n, 55_555_555n), other: scaled(0x10000001n, 0n) };
}

type Matrix = readonly (readonly bigint[])[];

/** A step is a linear map of (one, other, 1), so many steps are a power of its matrix. */
const step: Matrix = [
  [3n, 1n, 0n],
  [3n, 2n, 33n],
  [0n, 0n, 1n],
];

function stateBefore(seed: bigint, place: number): State {
  const { one, other } = begin(seed);
  const start = [BigInt(one), BigInt(other), 1n];
  const [first, second] = power(step, place - 1).map((row) =>
    row.reduce((sum, value, index) => (sum + value * (start[index] ?? 0n)) % modulusBig, 0n),
  );
  return { one: Number(first), other: Number(second) };
}

function power(matrix: Matrix, exponent: number): Matrix {
  let result: Matrix = [
    [1n, 0n, 0n],
    [0n, 1n, 0n],
    [0n, 0n, 1n],
  ];
  let square = matrix;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = product(result, square);
    square = product(square, square);
  }
  return result;
}

function product(left: Matrix, right: Matrix): Matrix {
  return left.map((row) =>
    row.map((_, column) =>
      row.reduce((sum, value, index) => (sum + value * (right[index]?.[column] ?? 0n)) % modulusBig, 0n),
    ),
  );
}
