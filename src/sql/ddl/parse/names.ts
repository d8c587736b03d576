import type { TokenReader } from '../../token-reader.ts';
import type { ObjectName } from '../object-name.ts';

/** object := [[catalog .] database .] name */
export function parseObjectName(reader: TokenReader): ObjectName {
  const [name = '', database, catalog] = reader.namePath().toReversed();
  return {
    ...(catalog === undefined ? {} : { catalog }),
    ...(database === undefined ? {} : { database }),
    name,
  };
}

/** names := ( name {, name} ) */
export function parseNameList(reader: TokenReader): string[] {
  return reader.parenthesized(() => reader.list(() => reader.name()));
}
