import knex from 'knex';
import { account, certificate, runChecks } from './checks.js';

await runChecks({
  connect: async ({ tls, password = account.password }) => {
    const db = knex({
      client: 'mysql2',
      log: { warn: console.error, error: console.error },
      pool: { min: 1, max: 1 },
      connection: {
        ...account,
        password,
        ...(tls && { ssl: { ca: certificate } }),
        multipleStatements: true,
        dateStrings: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
        rowsAsArray: true,
      },
    });
    const query = async (sql, values) => (await db.raw(sql, values ?? []))[0];
    return {
      query,
      execute: query,
      multi: query,
      stream: async (sql, onRow) => {
        for await (const row of db.raw(sql).stream()) onRow(row);
      },
      close: () => db.destroy(),
    };
  },
});
