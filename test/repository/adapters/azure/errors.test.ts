import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { azureError } from '../../../../src/repository/adapters/azure/errors.ts';

function answer(status: number, code: string, detail = ''): Parameters<typeof azureError>[1] {
  const message = `Something is wrong.\nRequestId:1\nTime:2`;
  const more = detail && `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
  return {
    status,
    headers: { 'x-ms-error-code': code, 'x-ms-request-id': '1' },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`,
  };
}

describe('errors of Azure', () => {
  const cases = [
    [404, 'BlobNotFound', 'not_found', undefined],
    [404, 'ContainerNotFound', 'invalid_argument', /Make the container/],
    [409, 'BlobAlreadyExists', 'already_exists', undefined],
    [412, 'ConditionNotMet', 'already_exists', undefined],
    [403, 'AuthenticationFailed', 'invalid_credentials', /key/],
    [403, 'AuthorizationPermissionMismatch', 'permission_denied', /Storage Blob Data Contributor/],
    [403, 'AuthorizationFailure', 'permission_denied', /firewall/],
    [403, 'KeyBasedAuthenticationNotPermitted', 'permission_denied', /takes no keys/],
    [400, 'AccountRequiresHttps', 'invalid_argument', /wasbs:\/\//],
    [409, 'BlobImmutableDueToPolicy', 'permission_denied', /policy/],
    [400, 'Md5Mismatch', 'corrupt', undefined],
    [503, 'ServerBusy', 'throttled', undefined],
    [500, 'OperationTimedOut', 'timeout', undefined],
    [500, 'InternalError', 'unavailable', undefined],
    [416, 'InvalidRange', 'invalid_range', undefined],
  ] as const;
  for (const [status, code, kind, hint] of cases) {
    it(`${code} means ${kind}`, () => {
      const error = azureError('write x', answer(status, code));
      assert.equal(error.kind, kind);
      assert.match(
        error.message,
        new RegExp(`^cannot write x: Something is wrong \\(${code}, status ${status}, request 1\\)$`),
      );
      if (hint !== undefined) assert.match(error.hint ?? '', hint);
    });
  }

  it('tells wrong clocks and expired tokens from wrong keys by the details', () => {
    const late = answer(403, 'AuthenticationFailed', 'Request date header too old: x');
    assert.match(azureError('read x', late).hint ?? '', /clock of this machine/);
    const frame = 'Signature not valid in the specified time frame: Start …';
    assert.match(azureError('read x', answer(403, 'AuthenticationFailed', frame)).hint ?? '', /expired/);
  });

  it('says that whatever answers is no Azure', () => {
    const error = azureError('read x', { status: 404, headers: {}, body: '<html>' });
    assert.match(error.message, /none of Azure/);
    assert.equal(error.kind, 'invalid_argument');
  });
});
