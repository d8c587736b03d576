import type { OrderItem } from '../ast.ts';
import { readExpression, type QueryReader } from './query-reader.ts';

/** The items of ORDER BY, after these two words. */
export function readOrderItems(reader: QueryReader): readonly OrderItem[] {
  return reader.list(() => {
    const expression = readExpression(reader);
    const direction = reader.acceptOneOf('ASC', 'DESC');
    return { expression, descending: direction === 'DESC' };
  });
}
