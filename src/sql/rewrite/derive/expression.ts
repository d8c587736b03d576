import type { DataType } from '../../ddl/definition.ts';
import type { Call, CastTarget, ColumnName, Expression, Query } from '../ast.ts';
import {
  decimalOf,
  type Derived,
  type DerivedColumn,
  integerOf,
  isBytes,
  isDouble,
  isInteger,
  mergedType,
  numberShape,
  shapeOf,
  textLength,
  typeNamed,
  varcharOf,
} from './derived-type.ts';

/** Where the names of an expression are looked up. */
export type DeriveScope = Readonly<{
  /** Of calls: handed in, so that functions and expressions need not import in circles. */
  call: (node: Call, scope: DeriveScope) => Derived | undefined;
  column: (name: ColumnName) => Derived | undefined;
  query: (query: Query) => readonly (DerivedColumn | undefined)[] | undefined;
}>;

/** Digits that a division adds (div_precision_increment). */
const divisionDigits = 4;
/** A literal number of so many digits is a BIGINT. */
const longLiteral = 9;

/** The type that MySQL gives the expression; undefined where it is not known here. */
export function derive(node: Expression, scope: DeriveScope): Derived | undefined {
  switch (node.kind) {
    case 'column': {
      const found = scope.column(node);
      return found && plain(found);
    }
    case 'number':
      return numberOf(node.text);
    case 'string':
      return required(varcharOf([...node.value].length));
    case 'boolean':
      return { type: typeNamed('INT'), nullable: false, digits: 1 };
    case 'bytes':
      return required(typeNamed('VARBINARY', [Math.ceil(node.digits.length / (node.base === 16 ? 2 : 8))]));
    case 'temporal':
      return required(typeNamed(node.type.toUpperCase()));
    case 'unary':
      return unary(node.operator, derive(node.operand, scope));
    case 'binary':
      return arithmetic(node.operator, derive(node.left, scope), derive(node.right, scope));
    case 'compare':
    case 'in':
    case 'inQuery':
    case 'is':
    case 'between':
    case 'like':
    case 'regexp':
    case 'logical':
    case 'exists':
    case 'quantified':
      return { type: typeNamed('INT'), nullable: mayBeNull(node, scope) };
    case 'case': {
      const results = node.branches.map((branch) => branch.result);
      return merged(results, node.otherwise ?? { kind: 'null' }, scope);
    }
    case 'cast':
      return cast(node.target, derive(node.operand, scope));
    case 'dateArithmetic':
      return shifted(derive(node.date, scope), node.unit);
    case 'extract':
      return { type: typeNamed('INT'), nullable: true };
    case 'subquery': {
      const [column] = scope.query(node.query) ?? [];
      return column && { ...plain(column), nullable: true };
    }
    case 'call':
      if (node.name === 'MOD' && node.arguments.length === 2) {
        const [left, right] = node.arguments.map((argument) => derive(argument, scope));
        return arithmetic('%', left, right);
      }
      return scope.call(node, scope);
    default:
      return undefined;
  }
}

/** Without what belongs to a column: a default, a comment. */
export function plain({ type, nullable, digits }: Derived): Derived {
  return { type, nullable, ...(digits === undefined ? {} : { digits }) };
}

function required(type: DataType | undefined): Derived | undefined {
  return type && { type, nullable: false };
}

function numberOf(text: string): Derived {
  if (/e/i.test(text)) return { type: typeNamed('DOUBLE'), nullable: false };
  const [whole = '', fraction = ''] = text.replace(/^[-+]/, '').split('.');
  if (!text.includes('.')) {
    const type = integerOf(whole.length >= longLiteral ? whole.length + 1 : whole.length);
    return { type, nullable: false, digits: whole.length };
  }
  const digits = whole.replace(/^0+/, '').length;
  const precision = Math.max(1, digits + fraction.length);
  return { type: decimalOf({ precision, scale: fraction.length }), nullable: false };
}

function unary(operator: string, operand: Derived | undefined): Derived | undefined {
  if (operand === undefined) return undefined;
  if (operator === 'NOT') return { type: typeNamed('INT'), nullable: operand.nullable };
  if (operator === '+') return operand;
  if (operator === '~' && isBytes(operand.type)) return undefined;
  if (operator === '~') return { type: typeNamed('BIGINT', [], true), nullable: operand.nullable };
  const { type, nullable, digits } = operand;
  if (digits !== undefined) return operand;
  if (isInteger(type)) return { type: integerOf(numberShape(type)?.precision ?? 19), nullable };
  return numberShape(type) !== undefined || isDouble(type) ? { type, nullable } : undefined;
}

function arithmetic(
  operator: string,
  left: Derived | undefined,
  right: Derived | undefined,
): Derived | undefined {
  if (left === undefined || right === undefined) return undefined;
  const nullable = left.nullable || right.nullable || ['/', '%', 'DIV'].includes(operator);
  const [one, other] = [shapeOf(left), shapeOf(right)];
  const areNumbers = [left, right].every(({ type }) => numberShape(type) !== undefined || isDouble(type));
  if (!areNumbers || ['^', '&', '|', '<<', '>>'].includes(operator)) return undefined;
  const isWhole = isInteger(left.type) && isInteger(right.type);
  const unsigned = left.type.unsigned || right.type.unsigned;
  if (operator === 'DIV') return { type: typeNamed('BIGINT', [], isWhole && unsigned), nullable };
  if (one === undefined || other === undefined) return { type: typeNamed('DOUBLE'), nullable };
  if (operator === '/') {
    const scale = one.scale + divisionDigits;
    return { type: decimalOf({ precision: one.precision + other.scale + divisionDigits, scale }), nullable };
  }
  const sum = Math.max(one.precision - one.scale, other.precision - other.scale);
  const scale = operator === '*' ? one.scale + other.scale : Math.max(one.scale, other.scale);
  const precision =
    operator === '*' ? one.precision + other.precision : sum + scale + (operator === '%' ? 0 : 1);
  return { type: isWhole ? integerOf(precision, unsigned) : decimalOf({ precision, scale }), nullable };
}

/** Whether a condition may be NULL. */
function mayBeNull(node: Expression, scope: DeriveScope): boolean {
  switch (node.kind) {
    case 'is':
    case 'exists':
      return false;
    case 'compare':
      return node.operator !== '<=>' && areNullable([node.left, node.right], scope);
    case 'logical':
      return areNullable(node.operands, scope);
    case 'in':
      return areNullable([node.operand, ...node.items], scope);
    case 'between':
      return areNullable([node.operand, node.low, node.high], scope);
    case 'like':
    case 'regexp':
      return areNullable([node.operand, node.pattern], scope);
    default:
      return true;
  }
}

function areNullable(nodes: readonly Expression[], scope: DeriveScope): boolean {
  return nodes.some((node) => derive(node, scope)?.nullable ?? true);
}

/** The common type of the values; NULLs among them make it nullable, as every value that may be NULL does. */
export function merged(
  values: readonly Expression[],
  last: Expression,
  scope: DeriveScope,
  isNullable: (each: readonly boolean[]) => boolean = (each) => each.includes(true),
): Derived | undefined {
  const nodes = [...values, last];
  const known = nodes.map((node) => (node.kind === 'null' ? 'null' : derive(node, scope)));
  if (known.includes(undefined)) return undefined;
  const derived = known.filter((each): each is Derived => each !== 'null' && each !== undefined);
  const type = mergedType(derived);
  if (type === undefined) return undefined;
  return { type, nullable: isNullable(known.map((each) => each === 'null' || each?.nullable !== false)) };
}

function cast({ name, arguments: sizes }: CastTarget, operand: Derived | undefined): Derived | undefined {
  const nullable = operand?.nullable ?? true;
  switch (name) {
    case 'SIGNED':
      return { type: typeNamed('BIGINT'), nullable };
    case 'UNSIGNED':
      return { type: typeNamed('BIGINT', [], true), nullable };
    case 'DECIMAL':
      return { type: decimalOf({ precision: sizes[0] ?? 10, scale: sizes[1] ?? 0 }), nullable };
    case 'CHAR': {
      const type = varcharOf(sizes[0] ?? (operand && textLength(operand.type)));
      return type && { type, nullable: true };
    }
    case 'BINARY':
      return sizes[0] === undefined ? undefined : { type: typeNamed('VARBINARY', sizes), nullable: true };
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
    case 'JSON':
      return { type: typeNamed(name, sizes), nullable: true };
    case 'DOUBLE':
    case 'FLOAT':
      return { type: typeNamed(name), nullable };
    case 'YEAR':
      return { type: typeNamed('YEAR'), nullable: true };
  }
}

/** A date moved by days stays one; by hours it becomes a DATETIME. */
function shifted(date: Derived | undefined, unit: string): Derived | undefined {
  if (date === undefined) return undefined;
  const isWholeDays = /^(?:DAY|WEEK|MONTH|QUARTER|YEAR|YEAR_MONTH)$/i.test(unit);
  const { type } = date;
  if (type.name === 'DATE') return { type: isWholeDays ? type : typeNamed('DATETIME'), nullable: true };
  const isMoment = type.name === 'DATETIME' || type.name === 'TIMESTAMP';
  return isMoment ? { type: typeNamed('DATETIME', type.arguments), nullable: true } : undefined;
}
