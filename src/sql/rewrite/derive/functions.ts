import type { DataType } from '../../ddl/definition.ts';
import type { Call, Expression } from '../ast.ts';
import {
  decimalOf,
  type Derived,
  isDouble,
  isInteger,
  isText,
  mergedType,
  numberShape,
  shapeOf,
  textLength,
  typeNamed,
  varcharOf,
} from './derived-type.ts';
import { derive, type DeriveScope, merged, plain } from './expression.ts';

type Arguments = Readonly<{
  nodes: readonly Expression[];
  scope: DeriveScope;
  /** Those whose type is known. */
  derived: readonly (Derived | undefined)[];
}>;

type Rule = (given: Arguments) => Derived | undefined;

/** What a call of one of MySQL's functions gives; undefined for one whose rule is not here, and for stored functions. */
export function deriveCall(node: Call, scope: DeriveScope): Derived | undefined {
  if (node.database !== undefined || node.quoted !== undefined) return undefined;
  const derived = node.arguments.map((argument) => derive(argument, scope));
  return rules.get(node.name)?.({ nodes: node.arguments, scope, derived });
}

/** Digits that SUM adds, and AVG. */
const sumDigits = 22;
const averageDigits = 4;

const sum: Rule = ({ derived: [value] }) =>
  ofNumber(value, ({ precision, scale }) => ({ precision: precision + sumDigits, scale }));
const average: Rule = ({ derived: [value] }) =>
  ofNumber(value, ({ precision, scale }) => ({
    precision: precision + averageDigits,
    scale: scale + averageDigits,
  }));

function ofNumber(
  value: Derived | undefined,
  shape: (of: NonNullable<ReturnType<typeof numberShape>>) => Parameters<typeof decimalOf>[0],
): Derived | undefined {
  if (value === undefined) return undefined;
  const own = shapeOf(value);
  if (own !== undefined) return { type: decimalOf(shape(own)), nullable: true };
  return isDouble(value.type) ? { type: typeNamed('DOUBLE'), nullable: true } : undefined;
}

const same: Rule = ({ derived: [value] }) => value && { ...plain(value), nullable: true };
const always =
  (type: DataType, nullable: boolean): Rule =>
  () => ({ type, nullable });
/** NULL where an argument is. */
const strict =
  (type: DataType): Rule =>
  ({ derived }) => ({ type, nullable: derived.some((each) => each?.nullable ?? true) });

/** A text of so many characters; MySQL lets nearly all functions of texts be NULL. */
const text =
  (length: (given: Arguments) => number | undefined): Rule =>
  (given) => {
    const like = given.derived.find(
      (each) => each?.type.name === 'VARCHAR' || each?.type.name === 'CHAR',
    )?.type;
    const type = varcharOf(length(given), like);
    return type && { type, nullable: true };
  };

const lengthOf = ({ derived }: Arguments, index: number): number | undefined => {
  const found = derived[index];
  return found && textLength(found.type);
};

function literalOf({ nodes }: Arguments, index: number): number | undefined {
  const node = nodes[index];
  return node?.kind === 'number' && /^\d+$/.test(node.text) ? Number(node.text) : undefined;
}

const sameLength: Rule = text((given) => lengthOf(given, 0));
const firstPart = (index: number): Rule =>
  text((given) => {
    const [length, wanted] = [lengthOf(given, 0), literalOf(given, index)];
    return length === undefined ? wanted : Math.min(length, wanted ?? length);
  });
const joined = (given: Arguments, from: number): number | undefined => {
  const lengths = given.derived.slice(from).map((_, index) => lengthOf(given, from + index));
  return lengths.includes(undefined)
    ? undefined
    : lengths.reduce<number>((total, length) => total + (length ?? 0), 0);
};
const padded: Rule = text((given) => literalOf(given, 1));
const repeated: Rule = text((given) => {
  const [length, count] = [lengthOf(given, 0), literalOf(given, 1)];
  return length === undefined || count === undefined ? undefined : length * count;
});
/** No longer than if every letter were replaced. */
const replaced: Rule = text((given) => {
  const [length, to] = [lengthOf(given, 0), lengthOf(given, 2)];
  const from = given.nodes[1]?.kind === 'string' ? [...given.nodes[1].value].length : 1;
  if (length === undefined || to === undefined) return undefined;
  return to <= from ? length : Math.ceil(length / Math.max(1, from)) * to;
});

/** Two digits for each byte; a letter has four at most. */
function hexLength(given: Arguments): number | undefined {
  const [length, type] = [lengthOf(given, 0), given.derived[0]?.type];
  return length === undefined || type === undefined || !isText(type) ? undefined : length * 8;
}

const separated: Rule = text((given) => {
  const [separator, all] = [lengthOf(given, 0), joined(given, 1)];
  return separator === undefined || all === undefined
    ? undefined
    : all + separator * (given.nodes.length - 2);
});

const common: Rule = ({ nodes, scope }) => {
  const [last, ...others] = [...nodes].reverse();
  return last && merged(others.reverse(), last, scope, (each) => !each.includes(false));
};
const extreme: Rule = ({ derived }) => {
  const known = derived.filter((each) => each !== undefined);
  const type = known.length === derived.length ? mergedType(known) : undefined;
  return type && { type, nullable: known.some((each) => each.nullable) };
};
const chosen: Rule = ({ nodes: [, then, otherwise], scope }) =>
  then && otherwise && merged([then], otherwise, scope);

function rounded(carries: boolean): Rule {
  return (given) => {
    const [value] = given.derived;
    if (value === undefined) return undefined;
    const { type, nullable } = value;
    if (isInteger(type) && given.nodes.length === 1)
      return { type: typeNamed('BIGINT', [], type.unsigned), nullable };
    const shape = type.name === 'DECIMAL' ? numberShape(type) : undefined;
    const digits = given.nodes.length === 1 ? 0 : literalOf(given, 1);
    if (shape === undefined || digits === undefined)
      return isDouble(type) ? { type: typeNamed('DOUBLE'), nullable } : undefined;
    if (digits >= shape.scale) return { type, nullable };
    const precision = shape.precision - shape.scale + digits + (carries ? 1 : 0);
    return { type: decimalOf({ precision: Math.max(1, precision), scale: digits }), nullable };
  };
}

/** Digits that a BIGINT has room for. */
const bigintDigits = 18;

const whole: Rule = ({ derived: [value] }) => {
  if (value === undefined) return undefined;
  const { type, nullable } = value;
  const shape = numberShape(type);
  if (shape === undefined) return isDouble(type) ? { type: typeNamed('DOUBLE'), nullable } : undefined;
  const isShort = shape.precision - shape.scale <= bigintDigits;
  return isShort ? { type: typeNamed('BIGINT', [], isInteger(type) && type.unsigned), nullable } : undefined;
};

/** Greatest lengths of what a letter of DATE_FORMAT gives (MySQL's Item_func_date_format); two for all others. */
const formatLengths: Readonly<Record<string, number>> = {
  M: 64,
  W: 64,
  a: 32,
  b: 32,
  D: 4,
  Y: 4,
  x: 4,
  X: 4,
  j: 3,
  r: 11,
  T: 8,
  f: 6,
  w: 1,
  '%': 1,
};

const formatted: Rule = ({ nodes: [, format] }) => {
  if (format?.kind !== 'string') return undefined;
  const length = [...format.value.matchAll(/%(.)|[^%]/gsu)].reduce(
    (total, [, letter]) => total + (letter === undefined ? 1 : (formatLengths[letter] ?? 2)),
    0,
  );
  const type = varcharOf(length);
  return type && { type, nullable: true };
};

const moment =
  (name: string): Rule =>
  (given) => {
    const digits = literalOf(given, 0);
    return { type: typeNamed(name, digits === undefined || digits === 0 ? [] : [digits]), nullable: false };
  };

function named(names: string, rule: Rule): readonly (readonly [string, Rule])[] {
  return names.split(' ').map((name) => [name, rule]);
}

const rules: ReadonlyMap<string, Rule> = new Map([
  ...named('COUNT', always(typeNamed('BIGINT'), false)),
  ...named('SUM', sum),
  ...named('AVG', average),
  ...named('MIN MAX ANY_VALUE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE NULLIF', same),
  ...named('STD STDDEV STDDEV_POP STDDEV_SAMP VARIANCE VAR_POP VAR_SAMP', always(typeNamed('DOUBLE'), true)),
  ...named('ROW_NUMBER RANK DENSE_RANK NTILE', always(typeNamed('BIGINT', [], true), false)),
  ...named('PERCENT_RANK CUME_DIST RAND PI', always(typeNamed('DOUBLE'), false)),
  ...named('COALESCE IFNULL NVL', common),
  ...named('GREATEST LEAST', extreme),
  ...named('IF', chosen),
  ...named('ROUND', rounded(true)),
  ...named('TRUNCATE', rounded(false)),
  ...named('FLOOR CEIL CEILING', whole),
  ...named('ABS', ({ derived: [value] }) =>
    value && (numberShape(value.type) || isDouble(value.type)) ? plain(value) : undefined,
  ),
  ...['TRIM BOTH', 'TRIM LEADING', 'TRIM TRAILING'].map((name) => [name, sameLength] as const),
  ...named('UPPER LOWER UCASE LCASE LTRIM RTRIM REVERSE SUBSTRING_INDEX', sameLength),
  ...named('LEFT RIGHT', firstPart(1)),
  ...named('SUBSTRING', firstPart(2)),
  ...named('LPAD RPAD', padded),
  ...named('REPEAT', repeated),
  ...named('REPLACE', replaced),
  ...named(
    'HEX',
    text((given) => hexLength(given)),
  ),
  ...named(
    'DATABASE SCHEMA',
    text(() => 64),
  ),
  ...named(
    'USER CURRENT_USER SESSION_USER SYSTEM_USER',
    text(() => 288),
  ),
  ...named('UNIX_TIMESTAMP', ({ nodes }) => ({ type: typeNamed('BIGINT'), nullable: nodes.length > 0 })),
  ...named(
    'CONCAT',
    text((given) => joined(given, 0)),
  ),
  ...named('CONCAT_WS', separated),
  ...named(
    'MD5',
    text(() => 32),
  ),
  ...named(
    'SHA SHA1',
    text(() => 40),
  ),
  ...named(
    'UUID',
    text(() => 36),
  ),
  ...named(
    'DAYNAME MONTHNAME',
    text(() => 9),
  ),
  ...named('DATE_FORMAT', formatted),
  ...named(
    'LENGTH OCTET_LENGTH BIT_LENGTH CHAR_LENGTH CHARACTER_LENGTH LOCATE INSTR ASCII ORD FIND_IN_SET STRCMP',
    strict(typeNamed('INT')),
  ),
  ...named('YEAR', always(typeNamed('YEAR'), true)),
  ...named(
    'MONTH DAY DAYOFMONTH DAYOFWEEK DAYOFYEAR WEEKDAY WEEK WEEKOFYEAR QUARTER HOUR MINUTE SECOND DATEDIFF YEARWEEK',
    always(typeNamed('INT'), true),
  ),
  ...named('TIMESTAMPDIFF', always(typeNamed('BIGINT'), true)),
  ...named('TIME', always(typeNamed('TIME'), true)),
  ...named('FROM_UNIXTIME', ({ nodes }) =>
    nodes.length === 1 ? { type: typeNamed('DATETIME'), nullable: true } : undefined,
  ),
  ...named('DATE LAST_DAY', always(typeNamed('DATE'), true)),
  ...named('NOW CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP SYSDATE UTC_TIMESTAMP', moment('DATETIME')),
  ...named('CURTIME CURRENT_TIME UTC_TIME', moment('TIME')),
  ...named('CURDATE CURRENT_DATE UTC_DATE', always(typeNamed('DATE'), false)),
]);
