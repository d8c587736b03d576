import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textToSign } from '../../../../src/repository/adapters/azure/shared-key.ts';

const account = 'myaccount';
const date = 'Fri, 26 Jun 2015 23:39:12 GMT';

describe('the text that a shared key signs', () => {
  it('is that of the example in Microsoft’s "Authorize with Shared Key"', () => {
    const url = new URL(
      'https://myaccount.blob.core.windows.net/mycontainer?comp=metadata&restype=container&timeout=20',
    );
    const headers = { 'x-ms-date': date, 'x-ms-version': '2015-02-21' };
    assert.equal(
      textToSign({ method: 'GET', url, headers }, account),
      `GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:${date}\nx-ms-version:2015-02-21\n` +
        '/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20',
    );
  });

  it('has the headers with lines of their own in their order, and no length of nothing', () => {
    const url = new URL('https://myaccount.blob.core.windows.net/box/a%20b');
    const headers = { 'content-type': 't', 'content-md5': 'm', 'if-none-match': '*', 'x-ms-date': date };
    const text = (length: string): string =>
      textToSign({ method: 'PUT', url, headers: { ...headers, 'content-length': length } }, account);
    assert.equal(text('5'), `PUT\n\n\n5\nm\nt\n\n\n\n*\n\n\nx-ms-date:${date}\n/myaccount/box/a%20b`);
    assert.ok(text('0').startsWith('PUT\n\n\n\nm\n'));
  });
});
