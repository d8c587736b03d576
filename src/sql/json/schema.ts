import { notYet } from '../not-yet.ts';
import { SqlError } from '../../base/sql-error.ts';
import { compareDocuments } from './compare.ts';
import { childPointer, rootPointer, valueAt } from './pointer.ts';
import { printDocument } from './print.ts';
import { SchemaPatterns } from './schema-pattern.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, objectOf } from './value.ts';

/** Where a document does not do what its schema asks; both places are pointers in fragments of URIs (RFC 6901). */
export type SchemaFailure = Readonly<{ keyword: string; schema: string; document: string }>;

/** A schema and its place in the document that holds it. What is no object asks for nothing. */
type Place = Readonly<{ schema: JsonValue; pointer: string }>;

const typeless: Place = { schema: true, pointer: rootPointer };

/**
 * A JSON schema of draft 4, by the rules of MySQL, which are those of RapidJSON's validator: the first failure in the order of the
 * document counts, keywords of a wrong type ask for nothing, and `format` is not looked at (manual, JSON_SCHEMA_VALID).
 */
export class JsonSchema {
  readonly #root: JsonObject;
  readonly #patterns = new SchemaPatterns();

  /** Throws SqlError for a reference that leads out of the schema (1235), and for one that leads into itself (3157). */
  constructor(root: JsonObject) {
    this.#root = root;
    this.#requireReferences(root, []);
  }

  failureOf(document: JsonValue): SchemaFailure | undefined {
    return this.#check({ schema: this.#root, pointer: rootPointer }, document, rootPointer);
  }

  #requireReferences(value: JsonValue, followed: readonly string[]): void {
    if (isArray(value)) {
      for (const each of value) this.#requireReferences(each, followed);
    } else if (isObject(value)) {
      const reference = value.get('$ref');
      if (typeof reference !== 'string') {
        for (const each of value.values()) this.#requireReferences(each, followed);
      } else if (reference !== '') {
        this.#requireReference(reference, followed);
      }
    }
  }

  #requireReference(reference: string, followed: readonly string[]): void {
    if (!reference.startsWith('#')) throw notYet('references in JSON Schema');
    if (followed.includes(reference))
      throw new SqlError('json_depth', 'The JSON document exceeds the maximum depth.');
    const target = valueAt(this.#root, reference)?.value;
    if (target !== undefined) this.#requireReferences(target, [...followed, reference]);
  }

  /** The schema that a reference means; one that leads nowhere asks for nothing. */
  #resolved(place: Place): Place {
    const reference = isObject(place.schema) ? place.schema.get('$ref') : undefined;
    if (typeof reference !== 'string') return place;
    const target = valueAt(this.#root, reference);
    return target === undefined
      ? typeless
      : this.#resolved({ schema: target.value, pointer: target.pointer });
  }

  #check(given: Place, value: JsonValue, at: string): SchemaFailure | undefined {
    const place = this.#resolved(given);
    const { schema, pointer } = place;
    if (!isObject(schema)) return undefined;
    const keyword = ownFailure(schema, value, this.#patterns);
    if (keyword !== undefined) return { keyword, schema: pointer, document: at };
    if (isObject(value)) {
      const failure = this.#members({ schema, pointer }, value, at);
      if (failure !== undefined) return failure;
    }
    if (isArray(value)) {
      const failure = this.#items({ schema, pointer }, value, at);
      if (failure !== undefined) return failure;
    }
    const combined = this.#combinedFailure(schema, value);
    return combined === undefined ? undefined : { keyword: combined, schema: pointer, document: at };
  }

  #accepts(schema: JsonValue, value: JsonValue): boolean {
    return this.#check({ schema, pointer: rootPointer }, value, rootPointer) === undefined;
  }

  /** The members one after another, then what is asked of all of them. */
  #members({ schema, pointer }: ObjectPlace, value: JsonObject, at: string): SchemaFailure | undefined {
    for (const [name, member] of value) {
      const failure = this.#member({ schema, pointer }, [name, member], childPointer(at, name));
      if (failure !== undefined) return failure;
    }
    const keyword = this.#wholeFailure(schema, value);
    return keyword === undefined ? undefined : { keyword, schema: pointer, document: at };
  }

  #member(
    { schema, pointer }: ObjectPlace,
    [name, member]: readonly [string, JsonValue],
    at: string,
  ): SchemaFailure | undefined {
    const patterns = objectIn(schema, 'patternProperties');
    const asked = [...patterns]
      .filter(([pattern]) => this.#patterns.matches(pattern, name) === true)
      .map(([, each]) => each);
    const properties = objectIn(schema, 'properties');
    const additional = schema.get('additionalProperties');
    const own: Place | undefined = knownNames(schema).has(name)
      ? {
          schema: properties.get(name) ?? true,
          pointer: childPointer(childPointer(pointer, 'properties'), name),
        }
      : undefined;
    const other =
      additional !== undefined && isObject(additional) && own === undefined
        ? { schema: additional, pointer: childPointer(pointer, 'additionalProperties') }
        : undefined;
    if (asked.length === 0) {
      const found = own ?? other;
      if (found !== undefined) return this.#check(found, member, at);
      return additional === false
        ? { keyword: 'additionalProperties', schema: pointer, document: at }
        : undefined;
    }
    const isMatched = asked.every((each) => this.#accepts(each, member));
    const isValid =
      other === undefined
        ? isMatched && (own === undefined || this.#accepts(own.schema, member))
        : isMatched || this.#accepts(other.schema, member);
    // A pattern has no place of its own in the report.
    return isValid ? undefined : { keyword: 'patternProperties', schema: rootPointer, document: at };
  }

  #wholeFailure(schema: JsonObject, value: JsonObject): string | undefined {
    const properties = objectIn(schema, 'properties');
    const isMissing = (name: string): boolean => !value.has(name) && !hasDefault(properties.get(name));
    if (textsIn(schema, 'required').some(isMissing)) return 'required';
    if (BigInt(value.size) < (countIn(schema, 'minProperties') ?? 0n)) return 'minProperties';
    if (BigInt(value.size) > (countIn(schema, 'maxProperties') ?? infinite)) return 'maxProperties';
    const broken = [...objectIn(schema, 'dependencies')].some(([name, asked]) => {
      if (!value.has(name)) return false;
      if (isArray(asked)) return asked.some((each) => typeof each === 'string' && !value.has(each));
      return isObject(asked) && !this.#accepts(asked, value);
    });
    return broken ? 'dependencies' : undefined;
  }

  #items({ schema, pointer }: ObjectPlace, value: JsonArray, at: string): SchemaFailure | undefined {
    const isUnique = schema.get('uniqueItems') === true;
    for (const [index, item] of value.entries()) {
      const document = childPointer(at, String(index));
      const place = itemPlace({ schema, pointer }, index);
      if (place === undefined) return { keyword: 'additionalItems', schema: pointer, document };
      const failure = this.#check(place, item, document);
      if (failure !== undefined) return failure;
      if (isUnique && value.slice(0, index).some((earlier) => compareDocuments(earlier, item) === 0))
        return { keyword: 'uniqueItems', schema: pointer, document };
    }
    const size = BigInt(value.length);
    const keyword =
      size < (countIn(schema, 'minItems') ?? 0n)
        ? 'minItems'
        : size > (countIn(schema, 'maxItems') ?? infinite)
          ? 'maxItems'
          : undefined;
    return keyword === undefined ? undefined : { keyword, schema: pointer, document: at };
  }

  #combinedFailure(schema: JsonObject, value: JsonValue): string | undefined {
    const choices = listIn(schema, 'enum');
    if (choices.length > 0 && !choices.some((each) => compareDocuments(each, value) === 0)) return 'enum';
    if (!listIn(schema, 'allOf').every((each) => this.#accepts(each, value))) return 'allOf';
    const any = listIn(schema, 'anyOf');
    if (any.length > 0 && !any.some((each) => this.#accepts(each, value))) return 'anyOf';
    const one = listIn(schema, 'oneOf');
    if (one.length > 0 && one.filter((each) => this.#accepts(each, value)).length !== 1) return 'oneOf';
    const not = schema.get('not');
    return not !== undefined && this.#accepts(not, value) ? 'not' : undefined;
  }
}

type ObjectPlace = Readonly<{ schema: JsonObject; pointer: string }>;

/** JSON_SCHEMA_VALIDATION_REPORT. */
export function schemaReport(failure: SchemaFailure | undefined): string {
  if (failure === undefined) return printDocument(objectOf([['valid', true]]));
  const { keyword, schema, document } = failure;
  const reason = `The JSON document location '${document}' failed requirement '${keyword}' at JSON Schema location '${schema}'`;
  return printDocument(
    objectOf([
      ['valid', false],
      ['reason', reason],
      ['schema-location', schema],
      ['document-location', document],
      ['schema-failed-keyword', keyword],
    ]),
  );
}

const infinite = 2n ** 64n;

/** The keyword that a value fails by itself. */
function ownFailure(schema: JsonObject, value: JsonValue, patterns: SchemaPatterns): string | undefined {
  if (!isOfType(schema.get('type'), value)) return 'type';
  if (isNumber(value)) return numberFailure(schema, value);
  return typeof value === 'string' ? textFailure(schema, value, patterns) : undefined;
}

type JsonNumber = Extract<JsonValue, bigint | Readonly<{ real: string }>>;

function isNumber(value: JsonValue | undefined): value is JsonNumber {
  return (
    typeof value === 'bigint' ||
    (value !== undefined && value !== null && typeof value === 'object' && 'real' in value)
  );
}

function isOfType(asked: JsonValue | undefined, value: JsonValue): boolean {
  if (asked === undefined) return true;
  const names = isArray(asked) ? asked : [asked];
  return names.some((name) => typesOf(value).includes(String(name)) && typeof name === 'string');
}

function typesOf(value: JsonValue): readonly string[] {
  if (value === null) return ['null'];
  if (typeof value === 'boolean') return ['boolean'];
  if (typeof value === 'string') return ['string'];
  if (typeof value === 'bigint') return ['integer', 'number'];
  if (isArray(value)) return ['array'];
  return isObject(value) ? ['object'] : ['number'];
}

function numberFailure(schema: JsonObject, value: JsonNumber): string | undefined {
  const [least, most, unit] = ['minimum', 'maximum', 'multipleOf'].map((name) => schema.get(name));
  if (isNumber(least)) {
    const side = compareNumbers(value, least);
    if (side < 0 || (side === 0 && schema.get('exclusiveMinimum') === true)) return 'minimum';
  }
  if (isNumber(most)) {
    const side = compareNumbers(value, most);
    if (side > 0 || (side === 0 && schema.get('exclusiveMaximum') === true)) return 'maximum';
  }
  return isNumber(unit) && !isMultiple(value, unit) ? 'multipleOf' : undefined;
}

/** Integers exactly; others as doubles. */
function compareNumbers(left: JsonNumber, right: JsonNumber): number {
  const isExact = typeof left === 'bigint' && typeof right === 'bigint';
  return isExact ? compareDocuments(left, right) : realOf(left) - realOf(right);
}

/** Of integers exactly; of others, as near as a double tells. A unit that is not positive asks for nothing. */
function isMultiple(value: JsonNumber, unit: JsonNumber): boolean {
  if (realOf(unit) <= 0) return true;
  if (typeof value === 'bigint' && typeof unit === 'bigint') return value % unit === 0n;
  const quotient = realOf(value) / realOf(unit);
  const nearest = Math.floor(quotient + 0.5);
  const difference = Math.abs(nearest - quotient);
  return difference <= Math.abs(quotient + nearest) * Number.EPSILON || difference < smallestNormal;
}

/** C's DBL_MIN. */
const smallestNormal = 2 ** -1022;

function realOf(value: JsonNumber): number {
  return typeof value === 'bigint' ? Number(value) : Number(value.real);
}

function textFailure(schema: JsonObject, value: string, patterns: SchemaPatterns): string | undefined {
  const length = BigInt([...value].length);
  if (length < (countIn(schema, 'minLength') ?? 0n)) return 'minLength';
  if (length > (countIn(schema, 'maxLength') ?? infinite)) return 'maxLength';
  const pattern = schema.get('pattern');
  return typeof pattern === 'string' && patterns.matches(pattern, value) === false ? 'pattern' : undefined;
}

/** The schema of the item in this place; undefined where there must not be one. */
function itemPlace({ schema, pointer }: ObjectPlace, index: number): Place | undefined {
  const items = schema.get('items');
  const place = childPointer(pointer, 'items');
  if (items === undefined || !isArray(items)) return { schema: items ?? true, pointer: place };
  const own = items[index];
  if (own !== undefined) return { schema: own, pointer: childPointer(place, String(index)) };
  const additional = schema.get('additionalItems');
  if (additional === false && items.length > 0) return undefined;
  return additional === undefined || items.length === 0
    ? typeless
    : { schema: additional, pointer: childPointer(pointer, 'additionalItems') };
}

/** Names that are no additional ones: also those that are required, or that something depends on. */
function knownNames(schema: JsonObject): ReadonlySet<string> {
  const dependencies = objectIn(schema, 'dependencies');
  const asked = [...dependencies.values()].flatMap((each) => (isArray(each) ? each : []));
  return new Set([
    ...objectIn(schema, 'properties').keys(),
    ...textsIn(schema, 'required'),
    ...dependencies.keys(),
    ...asked.filter((each) => typeof each === 'string'),
  ]);
}

/** A text as `default` stands for a member that is required. */
function hasDefault(property: JsonValue | undefined): boolean {
  const given = property !== undefined && isObject(property) ? property.get('default') : undefined;
  return typeof given === 'string' && given !== '';
}

function objectIn(schema: JsonObject, name: string): JsonObject {
  const value = schema.get(name);
  return value !== undefined && isObject(value) ? value : new Map();
}

function listIn(schema: JsonObject, name: string): JsonArray {
  const value = schema.get(name);
  return value !== undefined && isArray(value) ? value : [];
}

function textsIn(schema: JsonObject, name: string): readonly string[] {
  return listIn(schema, name).filter((each) => typeof each === 'string');
}

function countIn(schema: JsonObject, name: string): bigint | undefined {
  const value = schema.get(name);
  return typeof value === 'bigint' && value >= 0n ? value : undefined;
}
