import { SqlError } from '../../base/sql-error.ts';
import { parseWritten } from './parse.ts';
import { printDocument } from './print.ts';

/** A document that somebody wrote, as MySQL keeps it. `place` says in the error where it stood. */
export function normalized(text: string, place?: string): string {
  try {
    return printDocument(parseWritten(text));
  } catch (error) {
    if (place === undefined || !(error instanceof SqlError) || error.kind !== 'invalid_json') throw error;
    const message = error.message.replace(/^Invalid JSON text:/, `Invalid JSON text ${place}:`);
    throw new SqlError('invalid_json', message, { cause: error });
  }
}

/** The same, and nothing for what is no document. */
export function normalizedOrNull(text: string): string | null {
  try {
    return normalized(text);
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

/** MySQL's words for what is wrong with a document; undefined where nothing is. */
export function faultOf(text: string, place: string): string | undefined {
  try {
    normalized(text, place);
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    throw error;
  }
}
