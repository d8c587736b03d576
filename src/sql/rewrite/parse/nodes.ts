import type { Call, Expression } from '../ast.ts';

/** A plain call, as the parser makes for operators that are functions. */
export function simpleCall(name: string, parameters: readonly Expression[]): Call {
  return {
    kind: 'call',
    name,
    arguments: parameters,
    distinct: false,
    orderBy: [],
    separator: undefined,
    window: undefined,
  };
}
