import { SqlError } from '../../../base/sql-error.ts';
import type { Call, OrderItem } from '../ast.ts';
import { orderKey, sortKey } from '../conversions/keys.ts';
import { asBinary, asText } from '../conversions/texts.ts';
import { settled } from '../conversions/numbers.ts';
import { render, type Environment } from '../environment.ts';
import { macro } from '../macro-names.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { orderTerm } from '../render/order.ts';
import { commonString, type Rendered } from '../types.ts';

/**
 * GROUP_CONCAT joins its arguments and skips rows with a NULL among them. DISTINCT compares by the collation, keeps
 * the first of equal values, and sorts by them without ORDER BY. Equal keys of ORDER BY come out in reverse order
 * of the rows (Item_func_group_concat keeps a tree that puts an equal key before the earlier ones).
 */
export function groupConcat(values: readonly Rendered[], node: Call, environment: Environment): Rendered {
  const type = commonString(
    values.map((value) => value.type),
    'group_concat',
  );
  const isBytes = type.kind === 'binary';
  const form = isBytes ? digitsOf : asText;
  const text = values.length === 1 ? form(values[0] as Rendered) : `(${values.map(form).join(' || ')})`;
  const written = node.separator ?? ',';
  const separator = duckdbText(isBytes ? Buffer.from(written).toString('hex') : written);
  const order = node.orderBy.map((item) => ({
    value: orderValue(item, values, environment),
    descending: item.descending,
  }));
  const own = values.length === 1 ? sortKey(settled(values[0] as Rendered)) : sortKey({ sql: text, type });
  const list = (key: string, sorted = ''): string =>
    `list({'n': ${key} IS NOT NULL, 'k': ${key}, 'v': ${text}, 'd': ${own}}${sorted}) FILTER (${text} IS NOT NULL)`;
  const [first] = order;
  const key = first === undefined ? own : orderKey(first.value);
  const direction = first?.descending === true ? 'descending' : 'ascending';
  const terms = order.map((each) => orderTerm(each.value, each.descending)).join(', ');
  let sql: string;
  if (node.distinct && key === own && order.length <= 1)
    sql = macro(`distinct_${direction}`, list(own), separator);
  else if (node.distinct && order.length === 1)
    sql = macro(`joined_${direction}`, macro('first_of_each', list(key)), separator);
  else if (node.distinct)
    sql = macro('joined', macro('first_of_each', list(own, ` ORDER BY ${terms}`)), separator);
  else if (order.length === 1) sql = macro(`joined_${direction}`, list(key), separator);
  else sql = `string_agg(${text}, ${separator}${terms === '' ? '' : ` ORDER BY ${terms}`})`;
  const most = bytesMax(environment);
  return isBytes
    ? { sql: `from_hex(left(${sql}, 2 * ${most}))`, type }
    : { sql: macro('cut_to_bytes', sql, most), type };
}

/** Bytes are joined by their hexadecimal digits. */
function digitsOf(value: Rendered): string {
  return `hex(${asBinary(value)})`;
}

/** A longer text is cut between two characters. */
function bytesMax({ context }: Environment): string {
  const given = String(context.variable('group_concat_max_len') ?? '');
  return /^\d{1,18}$/.test(given) ? given : '1048576';
}

/** A number in this ORDER BY is the position of an argument. */
function orderValue(item: OrderItem, values: readonly Rendered[], environment: Environment): Rendered {
  if (item.expression.kind !== 'number') return settled(render(item.expression, environment));
  const value = values[Number(item.expression.text) - 1];
  if (value === undefined) {
    throw new SqlError('unknown_column', `Unknown column '${item.expression.text}' in 'order clause'`);
  }
  return settled(value);
}
