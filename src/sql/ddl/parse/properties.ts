import type { TokenReader } from '../../token-reader.ts';

/** properties := ( key = value {, key = value} ) with strings, bare words or numbers */
export function parseProperties(reader: TokenReader): (readonly [string, string])[] {
  return reader.parenthesized(() =>
    reader.list(() => {
      const key = propertyWord(reader);
      reader.expectOperator('=');
      return [key, propertyWord(reader)] as const;
    }),
  );
}

function propertyWord(reader: TokenReader): string {
  const { kind } = reader.peek();
  return kind === 'number' ? reader.next().value : reader.nameOrString();
}
