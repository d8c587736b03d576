import type { RestoreFate } from './restoring.ts';
import { isUnanswered, SourceError } from './source-error.ts';

/** What a restore would do with an object whose kind and target are known. */
export type DecidedFate = Omit<RestoreFate, 'kind' | 'target'>;

/** What a source decides, or its refusal. Throws where it could not be asked. */
export async function orRefused(decide: () => Promise<DecidedFate>): Promise<DecidedFate> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    if (isUnanswered(error)) throw error;
    return { action: 'refuse', note: error.message };
  }
}
