import type { DataType } from './definition.ts';

/** A function whose body is one SQL expression over its parameters. */
export type FunctionDefinition = Readonly<{
  parameters: readonly FunctionParameter[];
  /** The type of the result: as declared, else as the expression had it when the function was made. */
  returns: DataType;
  /** False for StarRocks' `RETURNS expression`, whose result stays what the expression gives. */
  declaresResult: boolean;
  characteristics: FunctionCharacteristics;
  /** The expression in MySQL's dialect; names without a database are those of the function's own. */
  body: string;
  /** The session's sql_mode when the function was made: the body is read by it ever after, as in MySQL. */
  sqlMode: string;
  /** That of the body's literals, where it is another than the default one. */
  collation?: string;
  definer: string;
}>;

export type FunctionParameter = Readonly<{ name: string; type: DataType }>;

/** What MySQL lets a statement say of a function; kept and shown, without effect. */
export type FunctionCharacteristics = Readonly<{
  deterministic: boolean;
  dataAccess: DataAccess;
  security: 'DEFINER' | 'INVOKER';
  comment?: string;
}>;

export const dataAccesses = ['CONTAINS SQL', 'NO SQL', 'READS SQL DATA', 'MODIFIES SQL DATA'] as const;
export type DataAccess = (typeof dataAccesses)[number];

/** Overloads of one name differ in this: the types of their parameters without lengths, as StarRocks tells them apart. */
export function signatureOf(types: readonly DataType[]): string {
  return types.map((type) => typeWord(type)).join(', ');
}

function typeWord({ name, unsigned, elements }: DataType): string {
  const inner = elements.length === 0 ? '' : `<${elements.map((element) => typeWord(element)).join(',')}>`;
  return `${name}${inner}${unsigned ? ' UNSIGNED' : ''}`;
}
