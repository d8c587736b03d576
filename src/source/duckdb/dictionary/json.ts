import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import type { StoredObject, StoredOverload, ViewDefinition } from './stored-object.ts';
import type { MaterializedView } from './materialized-view.ts';

/** The definition of an object as the dictionary keeps it: JSON, with 64-bit numbers as text. */
export function encodeDefinition(object: StoredObject): string {
  return JSON.stringify(object.definition, (_key, value: unknown) =>
    typeof value === 'bigint' ? { bigint: value.toString() } : value,
  );
}

export function decodeTable(json: string): TableDefinition {
  return parse(json) as TableDefinition;
}

export function decodeView(json: string): ViewDefinition {
  return parse(json) as ViewDefinition;
}

/** The overloads of a function, which `DictionaryChange.putFunction` wrote. */
export function decodeOverloads(json: string): readonly StoredOverload[] {
  return parse(json) as readonly StoredOverload[];
}

export function decodeMaterializedView(json: string): MaterializedView {
  return parse(json) as MaterializedView;
}

function parse(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => (isBigint(value) ? BigInt(value.bigint) : value));
}

function isBigint(value: unknown): value is Readonly<{ bigint: string }> {
  if (typeof value !== 'object' || value === null) return false;
  return 'bigint' in value && typeof value.bigint === 'string' && Object.keys(value).length === 1;
}
