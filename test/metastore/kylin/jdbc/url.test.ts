import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { type KylinStoreOptions, placeOf, readKylinUrl } from '../../../../src/metastore/kylin/jdbc/url.ts';

const read = (text: string): KylinStoreOptions => readKylinUrl(new Secret(text));

describe('the URL of a Kylin metastore', () => {
  it('is read as Kylin reads it', () => {
    const options = read(
      'kylin_metadata@jdbc,driverClassName=com.mysql.jdbc.Driver,' +
        'url="jdbc:mysql://db:3307/kylin?useUnicode=true,x=y&sslMode=REQUIRED",username=kylin,password=a=b@c,maxTotal=50',
    );
    const { password, ...rest } = options;
    assert.deepEqual(rest, {
      system: 'mysql',
      identifier: 'kylin_metadata',
      host: 'db',
      port: 3307,
      database: 'kylin',
      user: 'kylin',
      tls: 'required',
    });
    assert.equal(password.reveal(), 'a=b@c');
    assert.equal(placeOf(options), 'kylin_metadata@db:3307/kylin');
  });

  it('has defaults for identifier, port and TLS', () => {
    const { identifier, port, tls } = read('@jdbc,url=jdbc:mariadb://db/k,username=u');
    assert.deepEqual(
      { identifier, port, tls },
      { identifier: 'kylin_metadata', port: 3306, tls: 'disabled' },
    );
    assert.equal(read('k@jdbc,url=jdbc:mysql://db/k?useSSL=true').tls, 'verify_identity');
  });

  it('may be of PostgreSQL, with pgjdbc’s parameters', () => {
    const { password: _password, ...rest } = read(
      'kylin_metadata@jdbc,driverClassName=org.postgresql.Driver,' +
        'url=jdbc:postgresql://db/kylin?currentSchema=Meta&sslmode=require,username=kylin,password=p',
    );
    assert.deepEqual(rest, {
      system: 'postgresql',
      identifier: 'kylin_metadata',
      host: 'db',
      port: 5432,
      database: 'kylin',
      schema: 'Meta',
      user: 'kylin',
      tls: 'required',
    });
    const of = (parameters: string): string =>
      read(`k@jdbc,url=jdbc:postgresql://db/k?${parameters},username=u`).tls;
    assert.equal(of('ssl=true'), 'verify_identity');
    assert.equal(of('sslmode=verify-ca'), 'verify_identity');
    assert.equal(of('sslmode=disable'), 'disabled');
  });

  it('is refused without telling its password', () => {
    const wrong = [
      '/local/path',
      'k@hdfs,path=/x,password=s3cret',
      'k@jdbc,url=jdbc:oracle://db/k,password=s3cret',
      'k@jdbc,url=jdbc:mysql://db,password=s3cret',
      'k`;x@jdbc,url=jdbc:mysql://db/k,password=s3cret',
      "k@jdbc,url=jdbc:mysql://db/k,password=ENC('s3cret')",
      'k@jdbc,s3cret',
      'k@jdbc,url=jdbc:postgresql:kylin,password=s3cret',
      'k@jdbc,url=jdbc:postgresql:///kylin,password=s3cret',
      'k@jdbc,url=jdbc:postgresql://db/k,password=s3cret',
    ];
    for (const text of wrong) {
      assert.throws(
        () => read(text),
        (error) =>
          error instanceof Error && error.name === 'MetadataError' && !error.message.includes('s3cret'),
        text,
      );
    }
  });
});
