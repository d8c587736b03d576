import mysql from 'mysql2';
import { account, certificate, runChecks } from './checks.js';

await runChecks({
  connect: async ({ tls, password = account.password }) => {
    const connection = mysql.createConnection({
      ...account,
      password,
      ...(tls && { ssl: { ca: certificate } }),
      multipleStatements: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      rowsAsArray: true,
    });
    connection.on('error', () => undefined); // The next query tells it too.
    const db = connection.promise();
    return {
      query: async (sql, values) => (await db.query(sql, values))[0],
      execute: async (sql, values) => (await db.execute(sql, values))[0],
      multi: async (sql) => (await db.query(sql))[0],
      stream: async (sql, onRow) => {
        for await (const row of connection.query({ sql, rowsAsArray: true }).stream()) onRow(row);
      },
      close: () => db.end(),
    };
  },
});
