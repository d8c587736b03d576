import { MetadataError } from './metadata-error.ts';

/** The `code` of an error of Node's, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A failed read or write of a disk, as a MetadataError; one that is it already is given back. */
export function diskError(doing: string, error: unknown): MetadataError {
  if (error instanceof MetadataError) return error;
  const code = codeOf(error);
  const kind = code === 'ENOENT' || code === 'ENOTDIR' ? 'not_found' : 'unavailable';
  return new MetadataError(kind, `cannot ${doing}: ${code ?? String(error)}`, { cause: error });
}
