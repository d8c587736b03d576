import type { Grammar } from './query-reader.ts';
import { bitsRule, expressionRule } from './expression.ts';
import { queryRule } from './query.ts';

/** MySQL's SELECT and expressions. */
export const grammar: Grammar = { expression: expressionRule, bits: bitsRule, query: queryRule };
