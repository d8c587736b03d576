import { codeOf } from '../../base/system-error.ts';
import { MetadataError } from './metadata-error.ts';

/** A failed read or write of a disk, as a MetadataError; one that is it already is given back. */
export function diskError(doing: string, error: unknown): MetadataError {
  if (error instanceof MetadataError) return error;
  const code = codeOf(error);
  const kind = code === 'ENOENT' || code === 'ENOTDIR' ? 'not_found' : 'unavailable';
  return new MetadataError(kind, `cannot ${doing}: ${code ?? String(error)}`, { cause: error });
}
