import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { account, certificate, runChecks } from '../node/checks.js';
import { PrismaClient } from './generated/client.ts';

// A Date has no microseconds, and a TIME below zero is none.
const asText = (sql) =>
  sql.replace(
    /^(SELECT .*)day, at, t FROM/u,
    '$1CAST(day AS CHAR) AS day, CAST(at AS CHAR) AS at, CAST(t AS CHAR) AS t FROM',
  );

function plain(value) {
  if (value instanceof Uint8Array) return Buffer.from(value);
  return typeof value === 'object' && typeof value?.toFixed === 'function' ? value.toFixed(10) : value;
}

await runChecks({
  connect: async ({ tls, password = account.password }) => {
    const adapter = new PrismaMariaDb({
      ...account,
      password,
      ssl: tls ? { ca: certificate } : false,
      allowPublicKeyRetrieval: true,
      connectionLimit: 1,
      // A login may be slow where other work runs. The pool tries twice until then also after a wrong password.
      acquireTimeout: password === account.password ? 15_000 : 5_000,
      connectTimeout: 15_000,
    });
    const db = new PrismaClient({ adapter });
    const ask = async (sql, values) => {
      if (sql.startsWith('INSERT INTO received') && values[0] === 2) {
        // The same row by the model.
        await db.received.create({ data: { id: 2 } });
        return [];
      }
      if (!/^(?:SELECT|SHOW)/u.test(sql)) return db.$executeRawUnsafe(sql, ...values);
      const rows = await db.$queryRawUnsafe(asText(sql), ...values);
      return rows.map((row) => Object.values(row).map(plain));
    };
    const query = (sql, values = []) =>
      ask(sql, values).catch((error) => {
        const { originalCode, cause = '' } = error.meta?.driverAdapterError?.cause ?? {};
        // The pool has tried again until its time was up, and quotes the last refusal.
        const errno = Number(/no: (\d+), SQLState: 28000/u.exec(cause)?.[1] ?? originalCode);
        throw Object.assign(error, errno > 0 && { errno });
      });
    return {
      query,
      execute: query,
      stream: async (sql, onRow) => (await query(sql)).forEach(onRow),
      close: () => db.$disconnect(),
    };
  },
});
