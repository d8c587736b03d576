/** A macro by name: its parameters and body, or several of these as overloads. */
export type MacroDefinition = readonly [name: string, ...overloads: readonly MacroOverload[]];

/** `x` or `x VARCHAR, n BIGINT`, and the expression. Bodies call other macros as `@name(…)`. */
export type MacroOverload = readonly [parameters: string, body: string];
