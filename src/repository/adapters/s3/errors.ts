import { httpError, retryAfterMs, sharedMeanings } from '../../objects/http-failure.ts';
import { networkError } from '../../objects/network-failure.ts';
import { StorageError } from '../../storage-error.ts';

/** Runs one request of the SDK; its failure becomes a StorageError `cannot <doing>: <why>`. */
export async function attempt<T>(doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw s3Error(doing, error);
  }
}

/** What the SDK threw, as a StorageError; other errors are returned unchanged. */
export function s3Error(doing: string, error: unknown): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) return error;
  const status = statusOf(error);
  if (status !== undefined) return answerError(doing, error, status);
  const network = networkError(doing, error);
  if (network !== undefined) return network;
  switch (error.name) {
    case 'TimeoutError':
      return new StorageError('timeout', `cannot ${doing}: the endpoint did not answer in time`, {
        cause: error,
      });
    case 'AbortError':
      return new StorageError('cancelled', `${doing} was cancelled`, { cause: error });
    case 'CredentialsProviderError':
    case 'ProviderError':
      return new StorageError('invalid_credentials', `cannot ${doing}: ${error.message}`, { cause: error });
    default:
      return error;
  }
}

function answerError(doing: string, error: Error, status: number): StorageError {
  // Of an answer that is no XML the SDK says only where its parser stopped.
  const isForeign = error.name === 'SyntaxError' || /deserialization error/i.test(error.message);
  const code = isForeign || /^(UnknownError|Unknown|\d{3})$/.test(error.name) ? undefined : error.name;
  const failure = {
    status,
    code,
    message: messageOf(error, status, isForeign),
    requestId: requestIdOf(error),
    retryAfterMs: retryAfterMs(headerOf(error, 'retry-after'), Date.now()),
  };
  const region = headerOf(error, 'x-amz-bucket-region');
  const isElsewhere = region !== undefined && (status === 301 || code === 'AuthorizationHeaderMalformed');
  const hint = isElsewhere ? `The bucket lies in region '${region}': name it in PROPERTIES.` : undefined;
  const found = httpError(doing, failure, { meanings: sharedMeanings, cause: error });
  if (hint === undefined) return found;
  return new StorageError(found.kind, found.message, { cause: error, hint });
}

function messageOf(error: Error, status: number, isForeign: boolean): string {
  if (isForeign) return 'the answer is none of an S3 store';
  const isSilent = error.message === '' || /^(UnknownError|Unknown|\d{3})$/.test(error.message);
  return isSilent ? `the store answered ${status}` : error.message.replace(/\.$/, '');
}

function statusOf(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const status: unknown = fieldOf(metadata, 'httpStatusCode') ?? fieldOf(responseOf(error), 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

function requestIdOf(error: Error): string | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const id: unknown = fieldOf(metadata, 'requestId');
  return typeof id === 'string' ? id : undefined;
}

function headerOf(error: Error, name: string): string | undefined {
  const value: unknown = fieldOf(fieldOf(responseOf(error), 'headers'), name);
  return typeof value === 'string' ? value : undefined;
}

function responseOf(error: Error): unknown {
  return '$response' in error ? error.$response : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
