import { asCondition, asType } from '../conversions/wanted-types.ts';
import { asBinary, asText, throughDouble } from '../conversions/texts.ts';
import { asDouble, asInteger, settled } from '../conversions/numbers.ts';
import type { Environment } from '../environment.ts';
import { comparedLiteral } from '../render/literal-operands.ts';
import { compareStrings, compareValues, withoutDocuments } from '../render/comparison.ts';
import { chosen } from '../render/control.ts';
import { commonType } from '../common-type.ts';
import { bigintType, booleanType, commonString, nullType, type Rendered } from '../types.ts';
import { extreme } from './extremes.ts';
import { manyArguments, special, type FunctionEntry } from './definition.ts';

/** Flow control and comparison functions (manual, Flow Control Functions, Comparison Functions). */
export const controlFunctions: readonly FunctionEntry[] = [
  special('IF', [3, 3], ([condition, then, otherwise]) => choose(condition, then, otherwise)),
  special('IFNULL', [2, 2], (values) => coalesce(values)),
  special('NVL', [2, 2], (values) => coalesce(values)),
  special('COALESCE', [1, manyArguments], (values) => coalesce(values)),
  special('NULLIF', [2, 2], ([left, right], environment) =>
    nullIf(left as Rendered, right as Rendered, environment),
  ),
  special('ISNULL', [1, 1], ([value]) => ({ sql: `(${value?.sql} IS NULL)`, type: booleanType })),
  special('GREATEST', [2, manyArguments], (values) => extreme('max', values)),
  special('LEAST', [2, manyArguments], (values) => extreme('min', values)),
  special('INTERVAL', [2, manyArguments], interval),
  special('FIELD', [2, manyArguments], field),
  special('ELT', [2, manyArguments], elt),
];

function choose(condition?: Rendered, then?: Rendered, otherwise?: Rendered): Rendered {
  if (condition === undefined || then === undefined || otherwise === undefined) return nothing;
  const type = commonType([then.type, otherwise.type], 'if');
  return chosen(type, { conditions: [asCondition(condition)], results: [then], otherwise });
}

const nothing: Rendered = { sql: 'NULL', type: nullType };

function coalesce(values: readonly Rendered[]): Rendered {
  const type = commonType(
    values.map((value) => value.type),
    'coalesce',
  );
  return throughDouble({
    sql: `coalesce(${values.map((value) => asType(value, type)).join(', ')})`,
    type,
  });
}

function nullIf(left: Rendered, right: Rendered, environment: Environment): Rendered {
  const value = settled(left);
  return {
    sql: `(CASE WHEN ${compareValues('=', comparedLiteral(left, right, { environment }), comparedLiteral(right, left, { environment }))} THEN NULL ELSE ${value.sql} END)`,
    type: value.type,
  };
}

/** INTERVAL(n, a, b, …): how many of the ascending bounds are at most n; -1 for NULL. */
function interval([value, ...bounds]: readonly Rendered[]): Rendered {
  if (value === undefined) return nothing;
  const number = asDouble(value);
  const branches = bounds.map((bound, index) => `WHEN ${number} < ${asDouble(bound)} THEN ${index}`);
  const sql = `(CASE WHEN ${number} IS NULL THEN -1 ${branches.join(' ')} ELSE ${bounds.length} END)`;
  return { sql, type: bigintType };
}

/** The place of the first argument among the others, 0 for none. Compares as text when all are text. */
function field(values: readonly Rendered[]): Rendered {
  const [value, ...candidates] = withoutDocuments(values);
  if (value === undefined) return nothing;
  const types = [value, ...candidates].map(({ type }) => type);
  const isText = types.every(({ kind }) => kind === 'text' || kind === 'binary' || kind === 'null');
  const type = isText ? commonString(types, 'field') : undefined;
  const isEqual = (each: Rendered): string =>
    type === undefined ? `${asDouble(value)} = ${asDouble(each)}` : compareStrings('=', value, each, type);
  const branches = candidates.map((each, index) => `WHEN ${isEqual(each)} THEN ${index + 1}`);
  return { sql: `(CASE ${branches.join(' ')} ELSE 0 END)`, type: bigintType };
}

/** A text, whatever the choices are. */
function elt([number, ...choices]: readonly Rendered[]): Rendered {
  if (number === undefined) return nothing;
  const type = commonString(
    choices.map((choice) => choice.type),
    'elt',
  );
  const form = type.kind === 'binary' ? asBinary : asText;
  const branches = choices.map((choice, index) => `WHEN ${index + 1} THEN ${form(choice)}`);
  return { sql: `(CASE ${asInteger(number)} ${branches.join(' ')} END)`, type };
}
