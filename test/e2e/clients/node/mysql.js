import mysql from 'mysql';
import { promisify } from 'node:util';
import { account, certificate, runChecks } from './checks.js';

/** BigInt is younger than this client: it would be written as an object. */
const bound = (values) => values?.map((value) => (typeof value === 'bigint' ? String(value) : value));

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
    });
    connection.on('error', () => undefined); // The next query tells it too.
    await promisify(connection.connect.bind(connection))();
    const query = async (sql, values) => {
      const rows = await promisify(connection.query.bind(connection))(sql, bound(values));
      return Array.isArray(rows) ? rows.map((row) => Object.values(row)) : rows;
    };
    return {
      query,
      execute: query,
      multi: async (sql) => {
        const results = await promisify(connection.query.bind(connection))(sql);
        return results.map((rows) => rows.map((row) => Object.values(row)));
      },
      stream: (sql, onRow) =>
        new Promise((resolve, reject) => {
          const query = connection.query(sql);
          query.on('result', (row) => onRow(Object.values(row)));
          query.on('error', reject);
          query.on('end', resolve);
        }),
      close: promisify(connection.end.bind(connection)),
    };
  },
});
