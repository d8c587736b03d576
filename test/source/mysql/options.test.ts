import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../src/base/sql-error.ts';
import { mysqlOptionsOf } from '../../../src/source/mysql/options.ts';

const least = { type: 'mysql', host: 'db.example', user: 'backup' };

describe('the properties of a MySQL catalog', () => {
  it('need a host and a user, and have defaults for the rest', () => {
    const { password, ...options } = mysqlOptionsOf(least);
    assert.equal(password.reveal(), '');
    assert.deepEqual(options, {
      host: 'db.example',
      port: 3306,
      user: 'backup',
      tls: 'verify_identity',
      connectionsMax: 4,
      connectTimeoutMs: 10_000,
    });
  });

  const modes = [
    { host: '127.0.0.1', given: undefined, tls: 'disabled' },
    { host: 'localhost', given: undefined, tls: 'disabled' },
    { host: '::1', given: undefined, tls: 'disabled' },
    { host: '10.0.0.1', given: undefined, tls: 'verify_identity' },
    { host: '127.0.0.1.evil.example', given: undefined, tls: 'verify_identity' },
    { host: 'db', given: 'false', tls: 'disabled' },
    { host: 'db', given: 'true', tls: 'verify_identity' },
    { host: 'db', given: 'VERIFY-CA', tls: 'verify_ca' },
    { host: 'db', given: 'required', tls: 'required' },
  ];
  for (const { host, given, tls } of modes) {
    it(`of ${host} with "tls" ${given} use TLS ${tls}`, () => {
      const options = mysqlOptionsOf({ ...least, host, ...(given !== undefined && { tls: given }) });
      assert.equal(options.tls, tls);
    });
  }

  it('of StarRocks name the server by a JDBC URI', () => {
    const options = mysqlOptionsOf({
      type: 'jdbc',
      jdbc_uri: 'jdbc:mariadb://[::1]:3307/shop?user=backup&sslMode=verify-ca&useUnicode=true',
      password: 'x',
      driver_class: 'org.mariadb.jdbc.Driver',
    });
    assert.equal(options.host, '::1');
    assert.equal(options.port, 3307);
    assert.equal(options.user, 'backup');
    assert.equal(options.tls, 'verify_ca');
  });

  const wrong = [
    { properties: { type: 'mysql', user: 'u' }, text: /"host" is missing/ },
    { properties: { type: 'mysql', host: 'h' }, text: /"user" is missing/ },
    { properties: { ...least, port: '0' }, text: /"port" must be a whole number from 1 to 65535/ },
    { properties: { ...least, port: '3306x' }, text: /"port"/ },
    { properties: { ...least, tls: 'maybe' }, text: /"tls" must be one of/ },
    { properties: { ...least, tls_ca: '/no/such/file' }, text: /"tls_ca" is neither/ },
    { properties: { ...least, tls_cert: '-----BEGIN X' }, text: /"tls_cert" and "tls_key"/ },
    { properties: { ...least, max_source_connections: '65' }, text: /from 1 to 64/ },
    { properties: { ...least, hots: 'x' }, text: /"hots" is not known/ },
    { properties: { type: 'jdbc', jdbc_uri: 'jdbc:postgresql://h' }, text: /"jdbc_uri"/ },
  ];
  for (const { properties, text } of wrong) {
    it(`are refused: ${text.source}`, () => {
      assert.throws(
        () => mysqlOptionsOf(properties),
        (error: unknown) =>
          error instanceof SqlError && error.kind === 'analysis' && text.test(error.message),
      );
    });
  }
});
