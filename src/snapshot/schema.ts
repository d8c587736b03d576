/**
 * Shapes of JSON: each reads `unknown` into a type, with the path of what is wrong, and can print itself. The
 * tables of docs/format.md are checked against them. Fields that a record does not name are passed over.
 */
export type Schema<T> = Readonly<{
  /** The type in the words of docs/format.md. */
  name: string;
  /** Throws SchemaError. `path` leads to the value from the top of the file. */
  decode: (value: unknown, path: string) => T;
}>;

export type OptionalSchema<T> = Schema<T> & Readonly<{ optional: true }>;

export type RecordSchema<T> = Schema<T> &
  Readonly<{ fields: readonly Readonly<{ name: string; type: string; optional: boolean }>[] }>;

/** One schema per property: the compiler refuses a forgotten one, and one whose type has changed. */
export type Fields<T> = Readonly<{
  [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? OptionalSchema<Exclude<T[K], undefined>>
    : Schema<T[K]>;
}>;

export class SchemaError extends Error {
  override readonly name = 'SchemaError';

  constructor(path: string, problem: string) {
    super(`'${path}' ${problem}`);
  }
}

export const text: Schema<string> = {
  name: 'text',
  decode: (value, path) => (typeof value === 'string' ? value : fail(path, 'is not a text')),
};

export const flag: Schema<boolean> = {
  name: 'true or false',
  decode: (value, path) => (typeof value === 'boolean' ? value : fail(path, 'is neither true nor false')),
};

/** A whole number from 0 that every JSON reader holds exactly. */
export const count: Schema<number> = {
  name: 'number',
  decode: (value, path) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : fail(path, 'is not a whole number from 0'),
};

/** Milliseconds since the epoch. */
export const instant: Schema<number> = { ...count, name: 'ms since 1970' };

export const sha256Text: Schema<string> = matching('SHA-256 in hex', /^[0-9a-f]{64}$/);

export const bigintText: Schema<bigint> = {
  name: 'digits',
  decode: (value, path) =>
    typeof value === 'string' && /^\d{1,40}$/.test(value)
      ? BigInt(value)
      : fail(path, 'is not a text of digits'),
};

export function matching(name: string, pattern: RegExp): Schema<string> {
  return {
    name,
    decode: (value, path) =>
      typeof value === 'string' && pattern.test(value) ? value : fail(path, `is not ${name}`),
  };
}

export function constant<T extends string | number>(value: T): Schema<T> {
  return {
    name: `\`${value}\``,
    decode: (given, path) => (given === value ? value : fail(path, `is not ${JSON.stringify(value)}`)),
  };
}

export function oneOf<T extends string>(values: readonly T[]): Schema<T> {
  return {
    name: values.map((value) => `\`${value}\``).join(' or '),
    decode: (given, path) =>
      values.find((value) => value === given) ?? fail(path, `is not one of ${values.join(', ')}`),
  };
}

export function orNull<T>(schema: Schema<T>): Schema<T | null> {
  return {
    name: `${schema.name} or null`,
    decode: (value, path) => (value === null ? null : schema.decode(value, path)),
  };
}

export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return { ...schema, optional: true };
}

export function list<T>(item: Schema<T>): Schema<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    decode: (value, path) =>
      Array.isArray(value)
        ? value.map((member: unknown, index) => item.decode(member, `${path}[${index}]`))
        : fail(path, 'is not a list'),
  };
}

export function pair(): Schema<readonly [string, string]> {
  return {
    name: '[text, text]',
    decode: (value, path) => {
      if (!Array.isArray(value) || value.length !== 2) return fail(path, 'is not a pair');
      return [text.decode(value[0], `${path}[0]`), text.decode(value[1], `${path}[1]`)];
    },
  };
}

/** An object whose keys are data. */
export function dictionary<T>(item: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return {
    name: `object of ${item.name}`,
    decode: (value, path) =>
      Object.fromEntries(
        Object.entries(asObject(value, path)).map(([key, member]) => [
          key,
          item.decode(member, `${path}.${key}`),
        ]),
      ),
  };
}

export function record<T extends object>(name: string, fields: Fields<T>): RecordSchema<T> {
  const members = Object.entries<Schema<unknown>>(fields).map(([field, schema]) => ({
    field,
    schema,
    optional: isOptional(schema),
  }));
  return {
    name,
    fields: members.map(({ field, schema, optional }) => ({ name: field, type: schema.name, optional })),
    // A loop: thousands of manifests are read for one SHOW SNAPSHOT, and lists of pairs took half of that time.
    decode: (value, path) => {
      const source = asObject(value, path);
      const decoded: Record<string, unknown> = {};
      for (const { field, schema, optional } of members) {
        const at = path === '' ? field : `${path}.${field}`;
        if (Object.hasOwn(source, field)) decoded[field] = schema.decode(source[field], at);
        else if (!optional) fail(at, 'is missing');
      }
      return decoded as T; // Every field of T was decoded by its own schema.
    },
  };
}

/** Objects told apart by the text in `tag`. */
export function choice<T extends object>(
  tag: string,
  variants: Readonly<Record<string, Schema<T>>>,
): Schema<T> {
  return {
    name: Object.values(variants)
      .map((variant) => variant.name)
      .filter((name, index, names) => names.indexOf(name) === index)
      .join(' or '),
    decode: (value, path) => {
      const kind = asObject(value, path)[tag];
      const variant = typeof kind === 'string' && Object.hasOwn(variants, kind) ? variants[kind] : undefined;
      if (variant === undefined) {
        return fail(`${path}.${tag}`, `is not one of ${Object.keys(variants).join(', ')}`);
      }
      return variant.decode(value, path);
    },
  };
}

function isOptional(schema: Schema<unknown>): boolean {
  return 'optional' in schema && schema.optional === true;
}

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(path === '' ? 'file' : path, 'is not an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

function fail(path: string, problem: string): never {
  throw new SchemaError(path, problem);
}
