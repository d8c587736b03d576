/** The checks of the README for clients of Node; each gives what differs between them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const columns = 'id, i, u, m, d, s, b, day, at, t';

/** Where and as whom to connect, in the words that most clients share. */
export const account = {
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  user: process.env.ACCOUNT,
  password: process.env.PASSWORD,
  database: process.env.DATABASE,
};

export const certificate = readFileSync(process.env.CA);

export const firstRow = [
  1,
  -(2n ** 63n),
  2n ** 64n - 1n,
  '-12345678901234567890.0123456789',
  -0.25,
  "it's Ünïcödé 😀",
  Buffer.from([0, 255, 39, 92, 10, 26]),
  '2024-02-29',
  '2024-02-29 23:59:59.123456',
  '-12:34:56.789',
];

export const largeValue = Buffer.concat(
  Array(Math.floor(Number(process.env.LARGE_BYTES) / 256)).fill(Buffer.from([...Array(256).keys()])),
);

export function say(check, value) {
  console.log(JSON.stringify({ check, value }));
}

/** The number of the server's error, or 'lost' when the connection is. */
export async function numberOf(action) {
  try {
    await action();
  } catch (error) {
    const source =
      error.errno === undefined ? (error.parent ?? error.driverError ?? error.cause ?? error) : error;
    return String(source.errno ?? source.code);
  }
  return 'no error';
}

/**
 * Runs all checks. `client.connect({tls, password})` gives a connection with `query(sql, values)` and
 * `execute(sql, values)`, both giving rows as arrays; `close()`; `stream(sql, onRow)`; and `multi(sql)`, which gives
 * the rows of each result.
 */
export async function runChecks(client) {
  const db = await client.connect({});
  say('plain', await cipher(db));
  const encrypted = await client.connect({ tls: true });
  say('tls', await cipher(encrypted));
  await encrypted.close();
  say(
    'wrong password',
    await numberOf(async () => (await client.connect({ password: 'wrong' })).query('SELECT 1')),
  );
  await rowsAndValues(db);
  if (db.multi !== undefined) {
    const results = await db.multi('SELECT 1; SELECT 2');
    say(
      'multi-statements',
      results.map((rows) => String(rows[0][0])),
    );
  }
  await breaks(client, db);
}

async function cipher(db) {
  const [[, name]] = await db.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
  return name === '' ? 'plain' : 'encrypted';
}

async function rowsAndValues(db) {
  say('text', (await db.query(`SELECT ${columns} FROM kinds ORDER BY id`)).map(shown));
  const prepared = await db.execute(`SELECT ${columns} FROM kinds WHERE id >= ? ORDER BY id`, [1]);
  say('prepared', prepared.map(shown));
  const insert = `INSERT INTO received (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  await db.execute(insert, firstRow);
  await db.execute(insert, [2, ...Array(9).fill(null)]);
  say('parameters', (await db.query(`SELECT ${columns} FROM received ORDER BY id`)).map(shown));
  await db.execute('INSERT INTO large VALUES (1, ?)', [largeValue]);
  const [[value]] = await db.query('SELECT v FROM large');
  say('large', [String(value.length), createHash('md5').update(value).digest('hex')]);
  let count = 0;
  let total = 0;
  await db.stream('SELECT n, s FROM many', ([n]) => {
    count++;
    total += Number(n);
  });
  say('many rows', [String(count), String(total)]);
}

async function breaks(client, db) {
  const killer = await client.connect({});
  const [[id]] = await db.query('SELECT CONNECTION_ID()');
  let kill;
  const timer = setInterval(() => {
    kill = killer.query(`KILL QUERY ${id}`);
  }, 100);
  say('cancel', await numberOf(() => db.query(process.env.ENDLESS)));
  clearInterval(timer);
  await kill; // Else it ends the next query.
  const [[next]] = await db.query('SELECT CONNECTION_ID()');
  await killer.query(`KILL ${next}`);
  let answering;
  const lost = await numberOf(async () => {
    [[answering]] = await db.query('SELECT CONNECTION_ID()');
  });
  // A pool that has heard of the end before the query comes has another connection for it.
  const isSame = lost === 'no error' && answering === next;
  const [[again]] = await (await client.connect({})).query("SELECT 'again'");
  say('reconnect', [isSame ? 'the same connection' : 'lost', again]);
  process.exit(0); // Pools and lost connections would keep the process.
}

/** Clients differ in the digits that they show of a fraction which is zero: DATETIME(6) has six, TIME(3) three. */
function shown(row) {
  return row.map((value, at) => {
    if (value === null) return null;
    if (at === 8) return String(value).replace(/:\d\d$/, '$&.000000');
    if (at === 9)
      return String(value)
        .replace(/:\d\d$/, '$&.000')
        .replace(/(\.\d{3})0+$/, '$1');
    return Buffer.isBuffer(value) ? value.toString('hex').toUpperCase() : String(value);
  });
}
