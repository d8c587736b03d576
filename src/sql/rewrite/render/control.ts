import type { Expression } from '../ast.ts';
import { asCondition, asType } from '../conversions/wanted-types.ts';
import { asText } from '../conversions/texts.ts';
import { render, type Environment } from '../environment.ts';
import { commonType } from '../common-type.ts';
import { booleanType, exactTextType, isBits, type Rendered, scaleOf, type ValueType } from '../types.ts';
import { compareValues, ofOneCollation } from './comparison.ts';
import { comparedLiteral } from './literal-operands.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

function condition(node: Expression, environment: Environment): string {
  return asCondition(render(node, environment));
}

/** As `condition`, of WHERE, ON and HAVING. */
export function filter(node: Expression, environment: Environment): string {
  return condition(node, { ...environment, isFilter: true });
}

export function renderLogical(node: Node<'logical'>, environment: Environment): Rendered {
  const operands = node.operands.map((operand) => condition(operand, environment));
  const operator = node.operator === 'XOR' ? '<>' : node.operator;
  const joined = operands.reduce((left, right) =>
    node.operator === 'XOR' ? `(${left} <> ${right})` : `${left} ${operator} ${right}`,
  );
  return { sql: `(${joined})`, type: booleanType };
}

export function renderIs(node: Node<'is'>, environment: Environment): Rendered {
  const operand = render(node.operand, environment);
  const test = node.test === 'UNKNOWN' ? 'NULL' : node.test;
  const value = test === 'NULL' ? operand.sql : asCondition(operand);
  return { sql: `(${value} IS ${node.negated ? 'NOT ' : ''}${test})`, type: booleanType };
}

export function renderCase(node: Node<'case'>, environment: Environment): Rendered {
  const conditions =
    node.operand === undefined
      ? node.branches.map((branch) => condition(branch.when, environment))
      : equalities(
          node.operand,
          node.branches.map(({ when }) => when),
          environment,
        );
  const results = node.branches.map((branch) => render(branch.result, environment));
  const otherwise = node.otherwise === undefined ? undefined : render(node.otherwise, environment);
  const type = commonType(
    [...results, ...(otherwise === undefined ? [] : [otherwise])].map((each) => each.type),
    'case',
  );
  return chosen(type, { conditions, results, otherwise });
}

type Choice = Readonly<{
  conditions: readonly string[];
  /** As many as conditions. */
  results: readonly Rendered[];
  otherwise: Rendered | undefined;
}>;

/**
 * The result of the first condition that holds, in the form of their common type. MySQL gives a DECIMAL of CASE and IF as it is, so that
 * its text has the digits of the one that was taken.
 */
export function chosen(type: ValueType, { conditions, results, otherwise }: Choice): Rendered {
  const choice = (form: (value: Rendered) => string): string => {
    const branches = results.map((result, index) => `WHEN ${conditions[index]} THEN ${form(result)}`);
    const last = otherwise === undefined ? '' : ` ELSE ${form(otherwise)}`;
    return `(CASE ${branches.join(' ')}${last} END)`;
  };
  const sql = choice((value) => asType(value, type));
  const values = otherwise === undefined ? results : [...results, otherwise];
  return values.some((value) => hasOtherDigits(value, type))
    ? { sql, type, shown: choice(ownText) }
    : { sql, type };
}

/** A BIT is a number here. */
function ownText(value: Rendered): string {
  return isBits(value.type) ? `CAST(${value.sql} AS VARCHAR)` : asText(value);
}

function hasOtherDigits({ type, shown }: Rendered, common: ValueType): boolean {
  if (type.kind === 'null') return false;
  if (common.kind === 'decimal') return shown !== undefined || scaleOf(type) !== scaleOf(common);
  if (common.kind !== 'double') return false;
  return shown !== undefined || (type.kind === 'double' && type.single !== common.single);
}

/** The operand of CASE compared with each branch's. A text that is no date beside one is a warning here. */
function equalities(
  node: Expression,
  branches: readonly Expression[],
  environment: Environment,
): readonly string[] {
  const values = [node, ...branches].map((each) => render(each, environment));
  const [operand, ...others] = ofOneCollation(values, 'case');
  if (operand === undefined) return [];
  const place = { environment, beside: node, isLenient: true };
  return others.map((other) =>
    compareCase(comparedLiteral(operand, other, place), comparedLiteral(other, operand, place)),
  );
}

/** CASE takes a document for its text when it is compared with a text: `CASE j->'$.a' WHEN 'null'` finds JSON's null. */
function compareCase(operand: Rendered, when: Rendered): string {
  const isText = operand.type.kind === 'json' && when.type.kind === 'text';
  return compareValues('=', isText ? { sql: asText(operand), type: exactTextType } : operand, when);
}
