import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** SET, CREATE, ALTER and DROP RESOURCE GROUP. What follows the name of one that is made or changed is not read. */
export type ResourceGroup = Readonly<{ action: 'SET' | 'CREATE' | 'ALTER' | 'DROP'; name: string }>;

/** Throws `syntax`. */
export function parseResourceGroup(tokens: readonly Token[], text: string): ResourceGroup {
  const reader = new TokenReader(tokens, text);
  const action = reader.expectOneOf('SET', 'CREATE', 'ALTER', 'DROP');
  reader.expect('RESOURCE', 'GROUP');
  const name = reader.name();
  if (action === 'SET') {
    if (reader.accept('FOR')) reader.list(() => reader.integer());
    reader.expectEnd();
  }
  return { action, name };
}
