import { quoteName, quoteText } from '../../quote.ts';
import type { FunctionDefinition } from '../function-definition.ts';
import { printColumnType } from './column-type.ts';

/** CREATE FUNCTION in the layout of MySQL's SHOW CREATE FUNCTION; one without a declared result in StarRocks' form. */
export function printCreateFunction(name: string, definition: FunctionDefinition): string {
  const { returns, declaresResult, characteristics, body, definer } = definition;
  const parameters = definition.parameters.map((one) => `${quoteName(one.name)} ${printType(one.type)}`);
  const head = `FUNCTION ${quoteName(name)}(${parameters.join(', ')}) RETURNS`;
  if (!declaresResult) return `CREATE ${head} ${body}`;
  const { deterministic, dataAccess, security, comment } = characteristics;
  const said = [
    deterministic ? 'DETERMINISTIC' : undefined,
    dataAccess === 'CONTAINS SQL' ? undefined : dataAccess,
    security === 'DEFINER' ? undefined : `SQL SECURITY ${security}`,
    comment === undefined ? undefined : `COMMENT ${quoteText(comment)}`,
  ].filter((word) => word !== undefined);
  const lines = [
    `CREATE DEFINER=${definer} ${head} ${printType(returns)}`,
    ...said.map((word) => `    ${word}`),
  ];
  return `${lines.join('\n')}\nRETURN ${body}`;
}

function printType(type: FunctionDefinition['returns']): string {
  return type.collation === undefined
    ? printColumnType(type)
    : `${printColumnType(type)} COLLATE ${type.collation}`;
}
