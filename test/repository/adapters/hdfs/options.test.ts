import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHdfsOptions } from '../../../../src/repository/adapters/hdfs/options.ts';
import { parseLocation } from '../../../../src/repository/location.ts';
import { propertyWarnings } from '../../../../src/repository/open-adapter.ts';

type Properties = Readonly<Record<string, string>>;

const service: Properties = {
  'dfs.nameservices': 'other, name',
  'dfs.ha.namenodes.name': 'a, b',
  'dfs.namenode.http-address.name.a': 'one:9870',
  'dfs.namenode.rpc-address.name.b': 'two:8020',
  'dfs.client.failover.proxy.provider.name': 'org.apache.hadoop.Provider',
};

function endpoints(port: number | undefined, properties: Properties, host = 'name'): readonly string[] {
  const options = readHdfsOptions({ host, port }, new Map(Object.entries(properties)));
  return options.endpoints.map((url) => url.href.replace(/\/webhdfs\/v1$/, ''));
}

describe('the properties of HDFS', () => {
  const cases: readonly Readonly<{
    name: string;
    port?: number;
    properties?: Properties;
    expected: readonly string[];
  }>[] = [
    { name: 'no port', expected: ['http://name:9870', 'http://name:50070'] },
    { name: 'a port of RPC', port: 8020, expected: ['http://name:9870', 'http://name:50070'] },
    {
      name: 'a port that may be of WebHDFS',
      port: 14000,
      expected: ['http://name:14000', 'http://name:9870', 'http://name:50070'],
    },
    {
      name: 'a named port',
      port: 14000,
      properties: { 'dfs.http.port': '81' },
      expected: ['http://name:81'],
    },
    {
      name: 'TLS',
      port: 9000,
      properties: { 'dfs.http.policy': 'HTTPS_ONLY' },
      expected: ['https://name:9871', 'https://name:50470'],
    },
    { name: 'a service', properties: service, expected: ['http://one:9870', 'http://two:9870'] },
    {
      name: 'an address without a service',
      port: 9000,
      properties: { 'dfs.namenode.http-address': 'front:1234' },
      expected: ['http://front:1234'],
    },
    {
      name: 'a gateway',
      properties: { ...service, 'dfs.webhdfs.endpoint': 'https://knox:8443/gateway/default/webhdfs/v1' },
      expected: ['https://knox:8443/gateway/default'],
    },
  ];
  for (const { name, port, properties = {}, expected } of cases) {
    it(`say where to ask: ${name}`, () => assert.deepEqual(endpoints(port, properties), expected));
  }

  const refused: readonly Readonly<{ properties: Properties; text: RegExp }>[] = [
    {
      properties: { 'hadoop.security.authentication': 'kerberos' },
      text: /Kerberos, which is not supported yet/,
    },
    { properties: { kerberos_keytab: '/etc/keytab' }, text: /'kerberos_keytab' asks for Kerberos/ },
    { properties: { 'hadoop.security.authentication': 'ldap' }, text: /must be simple/ },
    { properties: { 'dfs.http.port': '99999' }, text: /'dfs.http.port' is no port/ },
    { properties: { 'dfs.webhdfs.scheme': 'ftp' }, text: /must be http or https/ },
    { properties: { 'dfs.webhdfs.endpoint': 'https://ann:pass@knox/' }, text: /is no address of WebHDFS$/ },
    { properties: { 'dfs.nameservices': 'name' }, text: /'dfs.ha.namenodes.name' is missing/ },
    { properties: { 'dfs.ha.namenodes.name': 'a' }, text: /'dfs.namenode.http-address.name.a' is missing/ },
    {
      properties: { 'dfs.ha.namenodes.name': 'a', 'dfs.namenode.http-address.name.a': 'x/y' },
      text: /is no host and port/,
    },
  ];
  for (const { properties, text } of refused) {
    it(`are refused: ${Object.entries(properties).flat().join(' ')}`, () => {
      assert.throws(() => endpoints(undefined, properties), text);
    });
  }

  it('say how Kerberos is reached', () => {
    assert.throws(
      () => endpoints(8020, { 'hadoop.security.authentication': 'kerberos' }),
      (error) => error instanceof Error && 'hint' in error && /HttpFS or Knox/.test(String(error.hint)),
    );
  });

  it('are known with the names of services in them, and others are warned of', () => {
    const location = parseLocation('hdfs://name/path');
    assert.deepEqual(propertyWarnings(location, new Map(Object.entries(service))), []);
    const [warning] = propertyWarnings(location, new Map([['dfs.http.prot', '1']]));
    assert.match(warning ?? '', /did you mean 'dfs.http.port'/);
  });
});
