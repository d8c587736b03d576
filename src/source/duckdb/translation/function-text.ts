import { printCreateFunction } from '../../../sql/ddl/print/function.ts';
import { type FunctionDefinition, signatureOf } from '../../../sql/ddl/function-definition.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { SourceError } from '../../source-error.ts';
import type { StoredOverload } from '../dictionary/stored-object.ts';
import { factsIn, withFacts } from './facts-comment.ts';
import { sameName } from '../physical/names.ts';
import { movedText, type ObjectMove } from './moved-text.ts';
import { lexingOf } from './sql-mode.ts';

const mark = 'holdfast-function:';

/**
 * A function as a snapshot keeps it: a CREATE FUNCTION for each overload, and in a comment behind them what the engine
 * knows of each, so that they can be restored before what they read is there.
 */
export function printFunctions(name: string, overloads: readonly FunctionDefinition[]): string {
  const statements = overloads.map((overload) => printCreateFunction(name, overload));
  return withFacts(statements.join(';\n'), mark, overloads.map(definitionOf));
}

/** The overloads in a text that `printFunctions` made. Throws SourceError for any other text. */
export function parseFunctions(ddl: string): readonly FunctionDefinition[] {
  const facts = factsIn(ddl, mark);
  if (!Array.isArray(facts) || facts.length === 0 || !facts.every(isDefinition)) {
    throw new SourceError('failed', 'the snapshot has a function that the embedded engine did not write');
  }
  return facts;
}

/** The types of an overload's parameters, which tell it from the others. */
export function signatureOfOverload({ parameters }: FunctionDefinition): string {
  return signatureOf(parameters.map((parameter) => parameter.type));
}

/** Two overloads do the same: nothing but their definer and remarks differs. */
export function isSameFunction(left: FunctionDefinition, right: FunctionDefinition): boolean {
  return meaningOf(left) === meaningOf(right);
}

/** The function in another database: qualified names of what moves with it go along. */
export function movedFunction(definition: FunctionDefinition, move: ObjectMove): FunctionDefinition {
  if (sameName(move.from, move.to)) return definition;
  const modes = new Set(definition.sqlMode.toUpperCase().split(','));
  const tokens = tokenize(definition.body, lexingOf(modes));
  return { ...definition, body: movedText(tokens, definition.body, move) };
}

function meaningOf(definition: FunctionDefinition): string {
  const { parameters, returns, declaresResult, body, sqlMode, collation } = definition;
  const named = parameters.map(({ name, type }) => [name.toLowerCase(), type]);
  return JSON.stringify([named, declaresResult ? returns : null, body, sqlMode, collation ?? null]);
}

/** Without the times: equal functions give equal texts. */
function definitionOf(overload: FunctionDefinition | StoredOverload): FunctionDefinition {
  const { parameters, returns, declaresResult, characteristics, body, sqlMode, collation, definer } =
    overload;
  return {
    parameters,
    returns,
    declaresResult,
    characteristics,
    body,
    sqlMode,
    ...(collation === undefined ? {} : { collation }),
    definer,
  };
}

function isDefinition(value: unknown): value is FunctionDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const hasTexts = 'body' in value && typeof value.body === 'string' && 'sqlMode' in value;
  const isTyped = 'returns' in value && 'characteristics' in value && 'declaresResult' in value;
  return hasTexts && isTyped && 'parameters' in value && Array.isArray(value.parameters);
}
