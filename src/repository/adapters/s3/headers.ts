import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { assert } from '../../../base/assert.ts';

type Request = Readonly<{
  method: string;
  query: Readonly<Record<string, unknown>>;
  headers: Record<string, string>;
  body: unknown;
}>;

/**
 * Changes the headers of two kinds of requests, after the SDK has set its own and before they are signed:
 *
 * - A write whose SHA-256 is kept beside it is signed with that hash: the store refuses other bytes, and the SDK does not
 *   hash them again.
 * - A removal of many carries the MD5 of its body instead of the SDK's checksum: the one for which stores of every age
 *   ask, while Google and Swift refuse the other.
 */
export function addHeaders(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (call) => {
      assert(isRequest(call.request), 'the SDK builds HTTP requests');
      changeHeaders(call.request);
      return next(call);
    },
    // `low` is last in the step.
    { step: 'build', priority: 'low', name: 'holdfastHeaders' },
  );
}

function changeHeaders({ method, query, headers, body }: Request): void {
  const sha256 = headers['x-amz-meta-sha256'];
  if (method === 'PUT' && sha256 !== undefined) headers['x-amz-content-sha256'] = sha256;
  if (method !== 'POST' || !('delete' in query)) return;
  assert(typeof body === 'string' || body instanceof Uint8Array, 'a removal of many has a body in memory');
  for (const name of Object.keys(headers)) if (/^x-amz-.*checksum/.test(name)) delete headers[name];
  headers['content-md5'] = createHash('md5').update(body).digest('base64');
}

function isRequest(request: unknown): request is Request {
  return typeof request === 'object' && request !== null && 'headers' in request && 'query' in request;
}
