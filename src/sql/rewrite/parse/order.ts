import type { OrderItem } from '../ast.ts';
import { readExpression, type Cursor } from './cursor.ts';

/** The items of ORDER BY, after these two words. */
export function readOrderItems(cursor: Cursor): readonly OrderItem[] {
  return cursor.list(() => {
    const expression = readExpression(cursor);
    const direction = cursor.acceptWord('ASC', 'DESC');
    return { expression, descending: direction === 'DESC' };
  });
}
