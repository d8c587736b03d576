import type { S3Client } from '@aws-sdk/client-s3';
import { assert } from '../../../base/assert.ts';

/** The headers of a request in Google's own dialect: its names cannot stand beside those of AWS. */
export function googleHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const renamed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (lower === 'if-none-match') {
      assert(value === '*', 'only the absence of an object can be a precondition');
      renamed['x-goog-if-generation-match'] = '0';
    } else if (lower !== 'x-amz-user-agent' && lower !== 'x-amz-date' && lower !== 'authorization') {
      renamed[lower.replace(/^x-amz-/, 'x-goog-')] = value;
    }
  }
  return renamed;
}

/** Gives what Google answers in its own dialect the names under which the SDK looks for it. */
export function readGoogleHeaders(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (call) => {
      const result = await next(call);
      const { response } = result;
      assert(isResponse(response), 'the SDK receives HTTP answers');
      for (const [name, value] of Object.entries(response.headers)) {
        if (name.startsWith('x-goog-')) response.headers[name.replace(/^x-goog-/, 'x-amz-')] = value;
      }
      return result;
    },
    // `low` is next to the network, before the SDK reads the answer.
    { step: 'deserialize', priority: 'low', name: 'holdfastGoogleHeaders' },
  );
}

function isResponse(response: unknown): response is { headers: Record<string, string> } {
  return typeof response === 'object' && response !== null && 'headers' in response;
}
