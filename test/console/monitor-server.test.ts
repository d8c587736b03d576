import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gauge } from '../../src/console/exposition.ts';
import { type MonitorOptions, startMonitorServer } from '../../src/console/monitor-server.ts';

type Reply = Readonly<{ status: number; text: string; type: string | null }>;

async function ask(options: Partial<MonitorOptions>, path: string, method = 'GET'): Promise<Reply> {
  await using server = await startMonitorServer({
    host: '127.0.0.1',
    port: 0,
    families: async () => [gauge('g', 'A gauge', 1)],
    obstacles: async () => [],
    failed: () => assert.fail('an answer failed'),
    ...options,
  });
  const response = await fetch(`http://${server.host}:${server.port}${path}`, { method });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}

describe('the monitor', () => {
  it('tells metrics in the text format', async () => {
    const { status, text, type } = await ask({}, '/metrics?x=1');
    assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    assert.equal(text, '# HELP g A gauge\n# TYPE g gauge\ng 1\n');
  });

  it('is alive as long as it answers, ready only without obstacles', async () => {
    const obstacles = async (): Promise<readonly string[]> => ['the server is starting'];
    assert.equal((await ask({ obstacles }, '/healthz')).status, 200);
    assert.deepEqual(await ask({ obstacles }, '/readyz'), {
      status: 503,
      text: 'the server is starting\n',
      type: 'text/plain; charset=utf-8',
    });
    assert.equal((await ask({}, '/readyz')).text, 'ready\n');
  });

  it('answers HEAD without a body, and nothing else than GET and HEAD', async () => {
    assert.deepEqual(await ask({}, '/healthz', 'HEAD').then(({ status, text }) => [status, text]), [200, '']);
    for (const method of ['POST', 'PUT', 'DELETE'])
      assert.equal((await ask({}, '/metrics', method)).status, 405);
  });

  for (const path of ['/', '/metrics/', '/../etc/passwd', '/%6detrics', '//healthz']) {
    it(`has nothing at ${path}`, async () => assert.equal((await ask({}, path)).status, 404));
  }

  it('says nothing of an error but to the log', async () => {
    const told: string[] = [];
    const families = async (): Promise<never> => {
      throw new Error('the secret word');
    };
    const failed: MonitorOptions['failed'] = (path, error) => told.push(`${path} ${String(error)}`);
    const { status, text } = await ask({ families, failed }, '/metrics');
    assert.equal(status, 500);
    assert.doesNotMatch(text, /secret/);
    assert.deepEqual(told, ['/metrics Error: the secret word']);
  });
});
