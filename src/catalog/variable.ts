import type { Cell } from '../base/rows.ts';

/**
 * The system variables that clients read and set (MySQL 8.0 Reference Manual, "Server System Variables"). Most exist
 * because tools ask for them; those that change what we do are read by name where they matter.
 */
export type Variable = Readonly<{
  name: string;
  type: 'boolean' | 'integer' | 'float' | 'text';
  default: Cell;
  /** SET on it is error 1238. */
  readOnly: boolean;
  /** Only @@global exists. */
  globalOnly: boolean;
  /** The allowed texts in the form they are shown, for enumerations. */
  choices?: readonly string[];
  min?: number;
  max?: number | bigint;
}>;

/** What is so and cannot be set; only @@global exists. */
export function fact(name: string, value: Cell, type?: Variable['type']): Variable {
  const inferred = typeof value === 'number' ? 'integer' : 'text';
  return { name, type: type ?? inferred, default: value, readOnly: true, globalOnly: true };
}

export function flag(name: string, value: 0 | 1): Variable {
  return { name, type: 'boolean', default: value, readOnly: false, globalOnly: false };
}

export function text(name: string, value: string): Variable {
  return { name, type: 'text', default: value, readOnly: false, globalOnly: false };
}

export function choice(name: string, value: string, choices: readonly string[]): Variable {
  return { ...text(name, value), choices };
}

/** Numbers beyond 2^53 are kept as bigint, so that @@sql_select_limit reads 18446744073709551615. */
export function integer(name: string, value: number | bigint, min: number, max: number | bigint): Variable {
  return { name, type: 'integer', default: value, readOnly: false, globalOnly: false, min, max };
}
