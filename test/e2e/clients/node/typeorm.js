import { DataSource } from 'typeorm';
import { account, certificate, runChecks } from './checks.js';

await runChecks({
  connect: async ({ tls, password = account.password }) => {
    const { user, ...where } = account;
    const db = new DataSource({
      type: 'mysql',
      ...where,
      username: user,
      password,
      ...(tls && { ssl: { ca: certificate } }),
      poolSize: 1,
      multipleStatements: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    });
    await db.initialize();
    const query = async (sql, values) => {
      const rows = await db.query(sql, values);
      return Array.isArray(rows) ? rows.map((row) => Object.values(row)) : rows;
    };
    return {
      query,
      execute: query,
      multi: async (sql) => (await db.query(sql)).map((rows) => rows.map((row) => Object.values(row))),
      stream: async (sql, onRow) => (await query(sql)).forEach(onRow),
      close: () => db.destroy(),
    };
  },
});
