import type { CompareOperator, Expression } from '../ast.ts';
import { equalityKey, textKey } from '../conversions/keys.ts';
import { asDatetime, asTime } from '../conversions/moments.ts';
import { asBinary, asText, textBeside } from '../conversions/texts.ts';
import { asDouble, asNumber, isNumberText, leadingNumber, numberLiteral } from '../conversions/numbers.ts';
import { render, type Environment } from '../environment.ts';
import { jsonOf } from '../functions/json-values.ts';
import { computedOnce, jsonCall, macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import {
  booleanType,
  commonString,
  doubleType,
  exactTextType,
  isCoded,
  isNumeric,
  isTemporal,
  type Rendered,
} from '../types.ts';
import { timeLiteral } from '../temporal-text.ts';
import { besidePlainLiterals } from './plain-literals.ts';
import { dateLiteralOf, wholeLiteral } from './literal.ts';
import { comparedLiteral } from './literal-operands.ts';
import { yearOf } from './year.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

type Pair = Readonly<{ left: string; right: string; isText: boolean }>;

export function renderCompare(node: Node<'compare'>, environment: Environment): Rendered {
  const values = [render(node.left, environment), render(node.right, environment)] as const;
  const left = comparedLiteral(...values, { environment, beside: node.right });
  const right = comparedLiteral(values[1], values[0], { environment, beside: node.left });
  return { sql: compareValues(node.operator, left, right), type: booleanType };
}

/** A comparison of two values by MySQL's rules for their types. */
export function compareValues(operator: CompareOperator, left: Rendered, right: Rendered): string {
  if (operator === '<=>' && left.type.kind === 'json' && right.type.kind === 'json') {
    const isEqual = `${jsonOrder(left, right)} = 0`;
    return `(CASE WHEN ${left.sql} IS NULL OR ${right.sql} IS NULL THEN ${left.sql} IS NULL AND ${right.sql} IS NULL ELSE ${isEqual} END)`;
  }
  const quick = besidePlainLiterals(operator, left, [right]) ?? besidePlainLiterals(operator, right, [left]);
  if (quick !== undefined) return quick;
  const pair = comparable(left, right, { ordering: isOrdering(operator), operation: operator });
  return `(${pair.left} ${duckOperator(operator)} ${pair.right})`;
}

/** A comparison of texts or bytes by a type that is known already: that of all of which these are two. */
export function compareStrings(
  operator: CompareOperator,
  left: Rendered,
  right: Rendered,
  type: StringType,
): string {
  const pair = stringPair(left, right, type, isOrdering(operator));
  return `(${pair.left} ${duckOperator(operator)} ${pair.right})`;
}

function isOrdering(operator: CompareOperator): boolean {
  return operator !== '=' && operator !== '<>' && operator !== '<=>';
}

function duckOperator(operator: CompareOperator): string {
  return operator === '<=>' ? 'IS NOT DISTINCT FROM' : operator;
}

type StringType = ReturnType<typeof commonString>;

/** `ordering` asks for the collation's order, not only for its equality. `operation`: how a message calls the comparison. */
type ComparisonOptions = Readonly<{ ordering: boolean; operation: string }>;

/** Both sides in a form that DuckDB compares as MySQL does (manual, Type Conversion in Expression Evaluation). */
export function comparable(left: Rendered, right: Rendered, options: ComparisonOptions): Pair {
  return comparableValues(besideYear(left, right), besideYear(right, left), options);
}

/** A literal beside a YEAR is one, too: 24 is 2024, '99' 1999. */
function besideYear(value: Rendered, other: Rendered): Rendered {
  if (other.type.kind !== 'integer' || other.type.year !== true || value.literal === undefined) return value;
  const year = yearOf(value.literal, value.type.kind === 'text');
  return year === undefined ? value : wholeLiteral(String(year));
}

function comparableValues(left: Rendered, right: Rendered, { ordering, operation }: ComparisonOptions): Pair {
  const kinds = [left.type.kind, right.type.kind];
  if (kinds.includes('null')) return { left: left.sql, right: right.sql, isText: false };
  if (kinds.includes('unknown')) return comparableUnknown(left, right);
  if (kinds.includes('json')) return comparableDocuments(left, right);
  if (!isNoTime(left, right) && !isNoTime(right, left)) {
    if (isTemporal(left.type) || isTemporal(right.type)) return comparableTemporal(left, right);
  }
  if (isNumeric(left.type) && isNumeric(right.type)) return comparableNumbers(left, right);
  if (isNumeric(left.type) || isNumeric(right.type)) {
    return { left: numberBeside(left, right), right: numberBeside(right, left), isText: false };
  }
  return stringPair(left, right, commonString([left.type, right.type], operation, 'comparison'), ordering);
}

/**
 * A document beside another value, which is one of its kind there: a text a text of JSON, not a document that is written in
 * it (manual, Comparison and Ordering of JSON Values). Bytes compare as texts; a date or time comes behind all that a document holds.
 */
function comparableDocuments(left: Rendered, right: Rendered): Pair {
  const other = left.type.kind === 'json' ? right : left;
  if (other.type.kind === 'json' || other.type.kind === 'boolean' || other.isTruth === true) {
    return { left: jsonOrder(left, right), right: '0', isText: false };
  }
  if (isTemporal(other.type)) return besideMoment(left, right);
  const isNumber = isNumeric(other.type);
  const form = (value: Rendered): string => {
    if (value.type.kind === 'json')
      return macro(isNumber ? 'json_beside_number' : 'json_beside_text', value.compact ?? value.sql);
    return isNumber ? asDouble(value) : macro('text_beside_json', asText(value));
  };
  return { left: form(left), right: form(right), isText: false };
}

/** Only a document that is a date itself could be equal to one, or come behind it. */
function besideMoment(left: Rendered, right: Rendered): Pair {
  return { left: placeAmongKinds(left), right: placeAmongKinds(right), isText: false };
}

function placeAmongKinds(value: Rendered): string {
  const isDocument = value.type.kind === 'json';
  if (isDocument && value.ofMoment === true) notSupported('a comparison of a date in a JSON document');
  return `CASE WHEN ${value.sql} IS NOT NULL THEN ${isDocument ? 0 : 1} END`;
}

/**
 * BETWEEN and FIELD know no documents: beside a number they take one for its number, and beside nothing but texts for its text, quotes
 * and all.
 */
export function withoutDocuments(values: readonly Rendered[]): readonly Rendered[] {
  if (values.some(({ type }) => isTemporal(type))) return values;
  const hasNumber = values.some(({ type }) => isNumeric(type));
  return values.map((value) => {
    if (value.type.kind !== 'json') return value;
    return hasNumber
      ? { sql: asDouble(value), type: doubleType }
      : { sql: asText(value), type: exactTextType };
  });
}

/** Negative, zero or positive, as the left document comes before the right one, is equal, or comes behind. */
function jsonOrder(left: Rendered, right: Rendered): string {
  const [a, b] = [left, right].map((value) =>
    value.type.kind === 'json'
      ? (value.compact ?? value.sql)
      : `CASE WHEN ${value.sql} IS NOT NULL THEN ${jsonOf(value)} END`,
  );
  return `CAST(${jsonCall('COMPARE', a ?? '', b ?? '')} AS INTEGER)`;
}

function asWideDouble(value: Rendered): string {
  return `CAST(${asDouble(value)} AS DOUBLE)`;
}

function comparableNumbers(left: Rendered, right: Rendered): Pair {
  const doubles = [left, right].filter(({ type }) => type.kind === 'double').length;
  // DuckDB would make a FLOAT of the other number; in MySQL a FLOAT is a double wherever it is computed with.
  if (doubles === 1) return { left: asWideDouble(left), right: asWideDouble(right), isText: false };
  const same =
    left.type.kind === right.type.kind || (left.type.kind !== 'boolean' && right.type.kind !== 'boolean');
  return {
    left: same ? left.sql : asNumber(left).sql,
    right: same ? right.sql : asNumber(right).sql,
    isText: false,
  };
}

/** One side of a number and something else: a literal becomes a literal number, so that indexes still serve. */
function numberBeside(value: Rendered, other: Rendered): string {
  if (value.type.kind === 'text' && value.literal !== undefined && isNumberText(value.literal)) {
    return numberLiteral(leadingNumber(value.literal)).sql;
  }
  if (isNumeric(value.type) && other.literal !== undefined)
    return value.type.kind === 'boolean' ? asNumber(value).sql : value.sql;
  return isNumeric(value.type) ? asDouble(value) : asNumber(value).sql;
}

function stringPair(left: Rendered, right: Rendered, type: StringType, ordering: boolean): Pair {
  if (type.kind === 'binary') return { left: asBinary(left), right: asBinary(right), isText: false };
  const form = (each: Rendered): string => {
    const text = textBeside(each, type);
    return ordering
      ? textKey({ ...text, type })
      : equalityKey({ ...text, type: { ...type, ...bytesOf(text) } });
  };
  return { left: form(left), right: form(right), isText: true };
}

/** Only a text that DuckDB compares by its bytes has to be told otherwise. */
function bytesOf({ type }: Rendered): Readonly<{ bytes: boolean }> {
  return { bytes: type.kind === 'text' && type.bytes === true };
}

function comparableTemporal(left: Rendered, right: Rendered): Pair {
  const kinds = new Set([left.type.kind, right.type.kind]);
  if (isNumeric(left.type) || isNumeric(right.type)) {
    return { left: temporalBesideNumber(left), right: temporalBesideNumber(right), isText: false };
  }
  if (kinds.has('time') && !kinds.has('date') && !kinds.has('datetime')) {
    return { left: asTime(left), right: asTime(right), isText: false };
  }
  const wanted = kinds.has('datetime') ? 'datetime' : 'date';
  return { left: temporalBeside(left, wanted), right: temporalBeside(right, wanted), isText: false };
}

/** True for a text literal that is no time, beside a time. */
function isNoTime({ type, literal }: Rendered, other: Rendered): boolean {
  return (
    other.type.kind === 'time' &&
    type.kind === 'text' &&
    literal !== undefined &&
    timeLiteral(literal) === undefined
  );
}

/** 20240105 beside a date is a date; any other number compares with the date as a number. */
function temporalBesideNumber(value: Rendered): string {
  return asNumber(value).sql;
}

function temporalBeside(value: Rendered, wanted: 'date' | 'datetime'): string {
  if (value.type.kind === 'date' || value.type.kind === 'datetime') return value.sql;
  // What is wanted is how a text is read: a time beside a date is a moment.
  if (value.type.kind === 'time') return asDatetime(value);
  const literal = value.literal === undefined ? undefined : dateLiteralOf(value.literal);
  if (literal !== undefined || value.type.kind !== 'text' || value.literal !== undefined)
    return literal?.sql ?? asDatetime(value, wanted);
  // A text that is no date comes before all dates.
  const before = `CASE WHEN ${value.sql} IS NOT NULL THEN CAST('-infinity' AS TIMESTAMP) END`;
  return `coalesce(${asDatetime(value, wanted)}, ${before})`;
}

/** A side of unknown type: the known side says what to make of a literal, DuckDB decides the rest. */
function comparableUnknown(left: Rendered, right: Rendered): Pair {
  return { left: left.sql, right: right.sql, isText: false };
}

/** Texts of BETWEEN, IN and CASE are compared by one collation, also where only one of them has it. */
export function ofOneCollation(values: readonly Rendered[], operation: string): readonly Rendered[] {
  if (!values.every(({ type: { kind } }) => kind === 'text' || kind === 'binary' || kind === 'null'))
    return values;
  const type = commonString(
    values.map((value) => value.type),
    operation,
    'comparison',
  );
  return values.map((value) => {
    if (value.type.kind === 'null' || isCoded(value.type)) return value;
    if (type.kind === 'binary') return { sql: asBinary(value), type };
    const text = textBeside(value, type);
    return { ...text, type: { ...type, ...bytesOf(text) } };
  });
}

/** The first expression and those that it is compared with, their texts as it takes them. */
function listed(
  nodes: readonly Expression[],
  environment: Environment,
  form: 'in' | 'between',
): readonly Rendered[] {
  const [first, ...others] = nodes.map((each) => render(each, environment));
  if (first === undefined) return [];
  const place = {
    environment,
    isList: form === 'in' && others.length > 1,
    isLenient: form === 'between',
    ...(nodes[0] && { beside: nodes[0] }),
  };
  const compared = others.map((other) => comparedLiteral(other, first, place));
  const [alone] = others;
  const isPair = alone !== undefined && others.length === 1;
  return [isPair ? comparedLiteral(first, alone, { environment }) : first, ...compared];
}

/** `x [NOT] BETWEEN low AND high`. */
export function renderBetween(node: Node<'between'>, environment: Environment): Rendered {
  const [operand, from, to] = ofOneCollation(
    withoutDocuments(listed([node.operand, node.low, node.high], environment, 'between')),
    'between',
  ) as [Rendered, Rendered, Rendered];
  const options = { ordering: true, operation: 'between' };
  const low = comparable(operand, from, options);
  const high = comparable(operand, to, options);
  const not = node.negated ? 'NOT ' : '';
  if (low.left === high.left) {
    return { sql: `(${low.left} ${not}BETWEEN ${low.right} AND ${high.right})`, type: booleanType };
  }
  return {
    sql: `(${not}(${low.left} >= ${low.right} AND ${high.left} <= ${high.right}))`,
    type: booleanType,
  };
}

/** `x [NOT] IN (a, b, …)`: a list where all items compare alike, else one comparison for each. */
export function renderIn(node: Node<'in'>, environment: Environment): Rendered {
  const [operand, ...items] = ofOneCollation(
    listed([node.operand, ...node.items], environment, 'in'),
    ' IN ',
  ) as [Rendered, ...Rendered[]];
  const quick = besidePlainLiterals(node.negated ? 'NOT IN' : 'IN', operand, items);
  if (quick !== undefined) return { sql: quick, type: booleanType };
  const pairs = items.map((item) => comparable(operand, item, { ordering: false, operation: ' IN ' }));
  const first = pairs[0]?.left ?? operand.sql;
  const not = node.negated ? 'NOT ' : '';
  if (pairs.every((pair) => pair.left === first)) {
    const list = pairs.map((pair) => pair.right).join(', ');
    const isIn = (value: string): string => `(${value} ${not}IN (${list}))`;
    const areLiterals = items.every(({ literal }) => literal !== undefined);
    const sql = areLiterals ? computedOnce([first], (value = '') => isIn(value)) : isIn(first);
    return { sql, type: booleanType };
  }
  const any = pairs.map((pair) => `${pair.left} = ${pair.right}`).join(' OR ');
  return { sql: `(${not}(${any}))`, type: booleanType };
}
