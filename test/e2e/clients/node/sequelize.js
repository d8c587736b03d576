import { Sequelize } from 'sequelize';
import { account, certificate, runChecks } from './checks.js';

await runChecks({
  connect: async ({ tls, password = account.password }) => {
    const db = new Sequelize(account.database, account.user, password, {
      dialect: 'mysql',
      host: account.host,
      port: account.port,
      logging: false,
      pool: { min: 1, max: 1 },
      timezone: '+00:00',
      dialectOptions: {
        ...(tls && { ssl: { ca: certificate } }),
        multipleStatements: true,
        dateStrings: true,
        typeCast: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
      },
    });
    const query = async (sql, values) => {
      const [rows] = await db.query(sql, values && { bind: values });
      return Array.isArray(rows) ? rows.map((row) => Object.values(row)) : rows;
    };
    const numbered = (sql) => {
      let at = 0;
      return sql.replaceAll('?', () => `$${++at}`);
    };
    return {
      query,
      execute: (sql, values) => query(numbered(sql), values),
      multi: async (sql) => {
        const [results] = await db.query(sql);
        return results.map((rows) => rows.map((row) => Object.values(row)));
      },
      stream: async (sql, onRow) => (await query(sql)).forEach(onRow),
      close: () => db.close(),
    };
  },
});
