import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { MetastoreError } from '../../../src/metastore/metastore.ts';
import { nameOfStore, readMysqlUrl } from '../../../src/metastore/mysql/options.ts';

const read = (url: string): ReturnType<typeof readMysqlUrl> => readMysqlUrl(new Secret(url));

describe('the URL of a metastore', () => {
  it('names server, account, database, prefix and TLS', () => {
    const { password, ...options } = read(
      'mysql://us%40er:p%3Aw@db.example:3307/meta?prefix=hf_&tls=required',
    );
    assert.equal(password.reveal(), 'p:w');
    assert.deepEqual(options, {
      host: 'db.example',
      port: 3307,
      user: 'us@er',
      database: 'meta',
      prefix: 'hf_',
      tls: 'required',
    });
    assert.equal(nameOfStore({ ...options, password }), 'db.example:3307/meta');
  });

  it('has defaults for what it leaves out', () => {
    const { port, prefix, tls, host } = read('mysql://root@[::1]/meta');
    assert.deepEqual(
      { port, prefix, tls, host },
      { port: 3306, prefix: 'holdfast_', tls: 'disabled', host: '::1' },
    );
  });

  const wrong = [
    { url: 'mysql://root:secret@host', text: /must be mysql:/ },
    { url: 'postgresql://root:secret@host/meta', text: /must be mysql:/ },
    { url: 'mysql://root:secret%@host/meta', text: /must be mysql:/ },
    { url: 'mysql://root:secret@host/meta/x', text: /must be mysql:/ },
    { url: 'mysql://root:secret@host/meta?prefix=a-b', text: /prefix of 1 to 40 letters/ },
    { url: 'mysql://root:secret@host/meta?tls=maybe', text: /knows tls=disabled, tls=required/ },
    { url: 'mysql://root:secret@host/meta?ssl=1', text: /no parameter 'ssl'/ },
  ];
  for (const { url, text } of wrong) {
    it(`is refused as ${url.replace('secret', '…')}, and not shown`, () => {
      assert.throws(
        () => read(url),
        (error) =>
          error instanceof MetastoreError && text.test(error.message) && !error.message.includes('secret'),
      );
    });
  }
});
