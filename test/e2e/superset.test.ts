import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Page, findChromium } from '../support/browser.ts';
import { findSuperset } from '../support/client-packages.ts';
import { connectingLines } from '../support/client-page.ts';
import { answersHttp, freePorts } from '../support/free-ports.ts';
import { skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const superset = findSuperset();
const chromium = findChromium();
const skip = skipReason(superset, 'Apache Superset') || skipReason(chromium, 'Chromium');
/** Where the chart is saved: `SUPERSET_PICTURE=docs/clients/superset.png` makes the picture of the page anew. */
const picture = process.env['SUPERSET_PICTURE'];

const password = 'a long password';

type Json = Readonly<Record<string, unknown>>;

describe('Apache Superset', { skip }, () => {
  it('adds the database, reads its tables and columns, and charts a query', async () => {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await ServerProcess.start());
    await fill(server);
    const { path: folder } = stack.use(await temporaryFolder());
    const port = await startSuperset(stack, folder);
    const site = await Site.login(`http://127.0.0.1:${port}`);

    const place = { port: server.port, password: encodeURIComponent(password) };
    const [address] = connectingLines('superset.md', place);
    const database = await site.add('database', {
      database_name: 'Holdfast',
      sqlalchemy_uri: address,
      expose_in_sqllab: true,
    });
    const schemas = await site.get(`database/${database}/schemas/`);
    assert.ok((schemas['result'] as readonly string[]).includes('shop'));
    const tables = await site.get(`database/${database}/tables/?q=(force:!t,schema_name:shop)`);
    assert.deepEqual(namesIn(tables['result'], 'value'), ['monthly', 'orders']);
    const orders = await site.get(`database/${database}/table_metadata/?name=orders&schema=shop`);
    assert.deepEqual(namesIn(orders['columns'], 'name'), ['amount', 'customer', 'day', 'id']);

    const query = { database_id: database, schema: 'shop', runAsync: false, client_id: 'trial' };
    const sql = 'SELECT customer, SUM(amount) AS total FROM orders GROUP BY customer ORDER BY 1';
    const answer = await site.post('sqllab/execute/', { ...query, sql });
    assert.deepEqual(answer['data'], [
      { customer: 'ann', total: 7800 },
      { customer: 'bob', total: 15_600 },
      { customer: 'cyn', total: 23_400 },
    ]);

    const dataset = await site.add('dataset', { database, schema: 'shop', table_name: 'orders' });
    const chart = await site.add('chart', chartOf(dataset));
    const data = await site.get(`chart/${chart}/data/`);
    const [{ rowcount }] = data['result'] as readonly [Readonly<{ rowcount: number }>];
    assert.equal(rowcount, 12);
    await showChart(`http://127.0.0.1:${port}`, chart);
  });
});

async function fill(server: ServerProcess): Promise<void> {
  const root = await server.connect();
  await root.query('CREATE DATABASE shop');
  await root.query('USE shop');
  await root.query(
    'CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, customer VARCHAR(20), amount DECIMAL(10,2), day DATE)',
  );
  const rows = Array.from({ length: 36 }, (_, index) => {
    const month = Math.floor(index / 3) + 1;
    const share = (index % 3) + 1;
    return [
      ['ann', 'bob', 'cyn'][index % 3],
      month * 100 * share,
      `2026-${String(month).padStart(2, '0')}-10`,
    ];
  });
  for (const row of rows) {
    await root.query('INSERT INTO orders (customer, amount, day) VALUES (?, ?, ?)', row);
  }
  await root.query(
    "CREATE VIEW monthly AS SELECT DATE_FORMAT(day, '%Y-%m') AS month, SUM(amount) AS amount FROM orders GROUP BY 1",
  );
  await root.query(`CREATE USER bi IDENTIFIED BY '${password}'`);
  await root.query('GRANT SELECT ON shop.* TO bi');
  await root.end();
}

/** Superset with its own tables in SQLite, on a free port. Gives the port. */
async function startSuperset(stack: AsyncDisposableStack, folder: string): Promise<number> {
  const [port = 0] = await freePorts(1);
  const settings = path.join(folder, 'superset_config.py');
  await writeFile(
    settings,
    `SECRET_KEY = 'of a test, and of nothing else ${folder}'\nTALISMAN_ENABLED = False\nWTF_CSRF_ENABLED = False\n` +
      `SQLALCHEMY_DATABASE_URI = 'sqlite:///${path.join(folder, 'superset.db')}'\n`,
  );
  const env = { ...process.env, SUPERSET_CONFIG_PATH: settings, FLASK_APP: 'superset', HOME: folder };
  const run = async (...words: readonly string[]): Promise<unknown> =>
    promisify(execFile)(superset ?? '', words, { env, timeout: 200_000, maxBuffer: 100_000_000 });
  await run('db', 'upgrade');
  await run('fab', 'create-admin', ...accountWords());
  await run('init');
  const child = spawn(superset ?? '', ['run', '-h', '127.0.0.1', '-p', String(port), '--with-threads'], {
    env,
    stdio: 'ignore',
  });
  stack.defer(async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  });
  await until('Superset', () => answersHttp(port));
  return port;
}

function accountWords(): readonly string[] {
  const words = {
    username: 'admin',
    password: 'admin',
    firstname: 'A',
    lastname: 'B',
    email: 'a@example.com',
  };
  return Object.entries(words).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Superset's API, as its own pages use it. */
class Site {
  readonly #address: string;
  readonly #token: string;

  private constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  static async login(address: string): Promise<Site> {
    const account = { username: 'admin', password: 'admin', provider: 'db', refresh: false };
    const answer = await new Site(address, '').post('security/login', account);
    return new Site(address, String(answer['access_token']));
  }

  async add(kind: string, body: Json): Promise<number> {
    return Number((await this.post(`${kind}/`, body))['id']);
  }

  async get(what: string): Promise<Json> {
    return this.#ask(what, {});
  }

  async post(what: string, body: Json): Promise<Json> {
    return this.#ask(what, { method: 'POST', body: JSON.stringify(body) });
  }

  async #ask(what: string, request: RequestInit): Promise<Json> {
    const json = request.body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { ...json, authorization: `Bearer ${this.#token}` };
    const response = await fetch(`${this.#address}/api/v1/${what}`, { ...request, headers });
    const text = await response.text();
    assert.ok(response.ok, `${what}: ${response.status} ${text}`);
    return JSON.parse(text) as Json;
  }
}

function namesIn(list: unknown, name: string): readonly string[] {
  return (list as readonly Readonly<Record<string, string>>[]).map((each) => String(each[name])).toSorted();
}

/** Amounts by month and customer, as bars. */
function chartOf(dataset: number): Json {
  const amount = {
    expressionType: 'SIMPLE',
    column: { column_name: 'amount' },
    aggregate: 'SUM',
    label: 'amount',
  };
  const form = {
    datasource: `${dataset}__table`,
    viz_type: 'echarts_timeseries_bar',
    x_axis: 'day',
    time_grain_sqla: 'P1M',
    metrics: [amount],
    groupby: ['customer'],
    row_limit: 1_000,
    show_legend: true,
    stack: 'Stack',
  };
  const query = {
    columns: [
      {
        columnType: 'BASE_AXIS',
        sqlExpression: 'day',
        label: 'day',
        timeGrain: 'P1M',
        expressionType: 'SQL',
      },
    ],
    metrics: [amount],
    row_limit: 1_000,
  };
  return {
    slice_name: 'Orders by month',
    viz_type: form.viz_type,
    datasource_id: dataset,
    datasource_type: 'table',
    params: JSON.stringify(form),
    query_context: JSON.stringify({
      datasource: { id: dataset, type: 'table' },
      queries: [query],
      result_format: 'json',
      result_type: 'full',
    }),
  };
}

/** Logs in as a person does and looks at the chart until it is drawn. */
async function showChart(address: string, chart: number): Promise<void> {
  await using page = await Page.open(chromium ?? '', { width: 1_500, height: 900 });
  await page.go(`${address}/login/`);
  await page.waitFor("document.querySelector('input#username') !== null");
  await page.type('input#username', 'admin');
  await page.type('input#password', 'admin');
  await page.evaluate("document.querySelector('button[type=submit], input[type=submit]').click()");
  await page.waitFor("!location.pathname.startsWith('/login')");
  await page.go(`${address}/explore/?slice_id=${chart}`);
  await page.waitFor('document.querySelector(\'[data-test="chart-container"] canvas\') !== null');
  await page.waitFor('document.querySelector(\'.loading, [data-test="loading-indicator"]\') === null');
  if (picture === undefined) return;
  await mkdir(path.dirname(picture), { recursive: true });
  await page.savePicture(picture);
}
