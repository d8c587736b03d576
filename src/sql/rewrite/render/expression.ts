import { SqlError } from '../../../base/sql-error.ts';
import { syntaxErrorNear } from '../../position.ts';
import { unreachable } from '../../../base/assert.ts';
import type { Expression } from '../ast.ts';
import { outsideArithmetic, outsideFilter, type Environment } from '../environment.ts';
import { refuseAssignment } from '../assigned-values.ts';
import { notSupported } from '../not-supported.ts';
import { resolveColumn, type Grouping } from '../scope.ts';
import { inConnection, nullType, textType, type Rendered } from '../types.ts';
import { renderCall } from './call.ts';
import { renderCast, renderCollate, renderConvertUsing } from './cast.ts';
import { renderCase, renderIs, renderLogical } from './control.ts';
import { renderBetween, renderCompare, renderIn } from './comparison.ts';
import { renderDateArithmetic, renderExtract } from './date.ts';
import { renderBytes, renderNumber, renderString, renderTemporal } from './literal.ts';
import { renderLike, renderRegexp } from './pattern.ts';
import { renderBinary, renderUnary } from './operator.ts';
import { renderExists, renderInQuery, renderQuantified, renderScalarQuery } from './subquery.ts';
import { isRow, renderRowCompare, renderRowIn } from './rows.ts';
import { renderSystemVariable, renderUserVariable } from './variable.ts';

/** Kinds that can be a group's key as a whole; a column is looked up by its name instead. */
const wholeKeys: ReadonlySet<Expression['kind']> = new Set([
  'unary',
  'binary',
  'compare',
  'logical',
  'is',
  'in',
  'between',
  'like',
  'regexp',
  'case',
  'call',
  'cast',
  'convertUsing',
  'collate',
  'dateArithmetic',
  'extract',
  'subquery',
  'exists',
  'inQuery',
  'quantified',
]);

/** Any expression; every name is resolved. */
export function renderExpression(node: Expression, environment: Environment): Rendered {
  const grouping = environment.scope.grouping;
  if (grouping !== undefined && wholeKeys.has(node.kind)) {
    const whole = renderKey(node, environment, grouping);
    if (whole !== undefined) return whole;
  }
  return inConnection(renderNode(node, environment), environment.collation);
}

/** The expression when it is a group's key: rendered as outside of groups, and compared as text. */
function renderKey(node: Expression, environment: Environment, grouping: Grouping): Rendered | undefined {
  if (!grouping.hasExpressions) return undefined;
  environment.scope.grouping = undefined;
  try {
    const plain = inConnection(renderNode(node, outsideArithmetic(environment)), environment.collation);
    const key = grouping.keyOf(plain.sql);
    if (key !== undefined) {
      const { shown: _shown, ...value } = plain;
      return { ...value, sql: key };
    }
  } finally {
    environment.scope.grouping = grouping;
  }
  return undefined;
}

/** In these a part that is unknown leaves the row out, as one that is false does. */
function keepsFilter(node: Expression): boolean {
  const isJoined = node.kind === 'logical' && node.operator !== 'XOR';
  return isJoined || node.kind === 'inQuery' || node.kind === 'quantified';
}

function renderNode(node: Expression, around: Environment): Rendered {
  const environment = keepsFilter(node) ? around : outsideFilter(around);
  switch (node.kind) {
    case 'number':
      return renderNumber(node.text);
    case 'string':
      return renderString(node);
    case 'bytes':
      return renderBytes(node);
    case 'null':
      return { sql: 'NULL', type: nullType };
    case 'boolean':
      return {
        sql: node.value ? '1' : '0',
        type: { kind: 'integer', wide: false },
        literal: node.value ? '1' : '0',
        isTruth: true,
      };
    case 'temporal':
      return renderTemporal(node.type, node.value);
    case 'column':
      return resolveColumn(environment.scope, node);
    case 'star':
      throw syntaxErrorNear('*');
    case 'parameter':
      // As text, which every conversion takes: DuckDB cannot choose an overload for a value without a type.
      return { sql: `CAST($${node.number} AS VARCHAR)`, type: textType };
    case 'systemVariable':
      return renderSystemVariable(node.name, environment.context);
    case 'userVariable':
      return renderUserVariable(node.name, environment.context);
    case 'assignment':
      return refuseAssignment(node.name);
    case 'unary':
      return renderUnary(node, environment);
    case 'binary':
      return renderBinary(node, environment);
    default:
      return renderComposite(node, outsideArithmetic(environment));
  }
}

type Composite = Exclude<
  Expression,
  {
    kind:
      | 'number'
      | 'string'
      | 'bytes'
      | 'null'
      | 'boolean'
      | 'temporal'
      | 'column'
      | 'star'
      | 'parameter'
      | 'systemVariable'
      | 'userVariable'
      | 'assignment'
      | 'unary'
      | 'binary';
  }
>;

function renderComposite(node: Composite, environment: Environment): Rendered {
  switch (node.kind) {
    case 'compare':
      return isRow(node.left) || isRow(node.right)
        ? renderRowCompare(node, environment)
        : renderCompare(node, environment);
    case 'quantified':
      return renderQuantified(node, environment);
    case 'logical':
      return renderLogical(node, environment);
    case 'is':
      return renderIs(node, environment);
    case 'in':
      return isRow(node.operand) ? renderRowIn(node, environment) : renderIn(node, environment);
    case 'inQuery':
      return renderInQuery(node, environment);
    case 'between':
      return renderBetween(node, environment);
    case 'like':
      return renderLike(node, environment);
    case 'regexp':
      return renderRegexp(node, environment);
    case 'case':
      return renderCase(node, environment);
    case 'call':
      return renderCall(node, environment);
    case 'cast':
      return renderCast(node, environment);
    case 'convertUsing':
      return renderConvertUsing(node, environment);
    case 'collate':
      return renderCollate(node, environment);
    case 'dateArithmetic':
      return renderDateArithmetic(node, environment);
    case 'extract':
      return renderExtract(node, environment);
    case 'row':
      throw new SqlError('operand_columns', 'Operand should contain 1 column(s)');
    case 'subquery':
      return renderScalarQuery(node.query, environment);
    case 'exists':
      return renderExists(node.query, environment);
    case 'default':
      return notSupported('DEFAULT in this place');
    default:
      return unreachable(node);
  }
}
