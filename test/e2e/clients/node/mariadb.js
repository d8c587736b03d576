import { createConnection } from 'mariadb';
import { account, certificate, runChecks } from './checks.js';

await runChecks({
  connect: async ({ tls, password = account.password }) => {
    const db = await createConnection({
      ...account,
      password,
      ssl: tls ? { ca: certificate } : false,
      allowPublicKeyRetrieval: true,
      connectTimeout: 20_000,
      multipleStatements: true,
      dateStrings: true,
      bigIntAsNumber: false,
      rowsAsArray: true,
    });
    db.on('error', () => undefined); // The next query tells it too.
    return {
      query: (sql, values) => db.query(sql, values),
      execute: (sql, values) => db.execute(sql, values),
      multi: (sql) => db.query(sql),
      stream: async (sql, onRow) => {
        for await (const row of db.queryStream({ sql, rowsAsArray: true })) onRow(row);
      },
      close: () => db.end(),
    };
  },
});
