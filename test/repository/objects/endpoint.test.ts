import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../src/base/sql-error.ts';
import { readEndpoint } from '../../../src/repository/objects/endpoint.ts';
import { readProperties } from '../../../src/repository/properties.ts';

const endpointOf = (text: string, scheme?: 'http' | 'https'): string | undefined =>
  readEndpoint(readProperties({ endpoint: ['e'] }, new Map([['e', text]])), 'endpoint', scheme)?.href;

describe('an endpoint in PROPERTIES', () => {
  const cases = [
    { text: 'host.example', expected: 'https://host.example/' },
    { text: 'host.example:9000', expected: 'https://host.example:9000/' },
    { text: 'http://host.example', expected: 'http://host.example/' },
    { text: '', expected: undefined },
  ];
  for (const { text, expected } of cases) {
    it(`'${text}' is ${expected}`, () => assert.equal(endpointOf(text), expected));
  }

  it('gets the scheme that it is to have when it names none', () => {
    assert.equal(endpointOf('host', 'http'), 'http://host/');
  });

  for (const text of ['http://', 'host/path', 'host?x', 'ftp://host', 'https://user:hidden@host', 'a b']) {
    it(`'${text}' is none, and is not repeated`, () => {
      const isRefused = (error: unknown): boolean =>
        error instanceof SqlError &&
        /'e' is no endpoint/.test(error.message) &&
        !/hidden/.test(error.message);
      assert.throws(() => endpointOf(text), isRefused);
    });
  }
});
