import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missingPrivileges } from '../../src/doctor/privileges.ts';

const mariadb = '10.11.6-MariaDB';
const mysql = '8.4.3';

describe('the privileges that a backup needs', () => {
  const cases: readonly Readonly<{
    name: string;
    lines: readonly string[];
    version: string;
    missing: string[];
  }>[] = [
    {
      name: 'root has all',
      lines: ['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION'],
      version: mariadb,
      missing: [],
    },
    {
      name: 'the account of docs/sources.md has all',
      lines: [
        'GRANT RELOAD, PROCESS, BINLOG MONITOR, BINLOG ADMIN ON *.* TO `holdfast`@`%` IDENTIFIED BY PASSWORD "x"',
        'GRANT SELECT, LOCK TABLES, SHOW VIEW, EVENT, TRIGGER ON `shop`.* TO `holdfast`@`%`',
        'GRANT SELECT ON `mysql`.`proc` TO `holdfast`@`%`',
      ],
      version: mariadb,
      missing: [],
    },
    {
      name: 'MySQL has other names, and no right to administrate the binary log apart',
      lines: [
        'GRANT SELECT, RELOAD, PROCESS, LOCK TABLES, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER ON *.* TO `h`@`%`',
      ],
      version: mysql,
      missing: [],
    },
    {
      name: 'SUPER holds those of the binary log',
      lines: [
        'GRANT SELECT, RELOAD, PROCESS, SUPER, LOCK TABLES, SHOW VIEW, EVENT, TRIGGER ON *.* TO `h`@`%`',
      ],
      version: mariadb,
      missing: [],
    },
    {
      name: 'what is global does not count on a database',
      lines: ['GRANT ALL PRIVILEGES ON `shop`.* TO `h`@`%`'],
      version: mysql,
      missing: ['RELOAD', 'BINLOG MONITOR', 'PROCESS'],
    },
    {
      name: 'nothing is held by USAGE, a role or an option',
      lines: [
        'GRANT USAGE ON *.* TO `h`@`%`',
        'GRANT `SELECT` TO `h`@`%`',
        'GRANT PROXY ON ``@`%` TO `h`@`%`',
      ],
      version: mysql,
      missing: [
        'SELECT',
        'SHOW VIEW',
        'TRIGGER',
        'EVENT',
        'LOCK TABLES',
        'RELOAD',
        'BINLOG MONITOR',
        'PROCESS',
      ],
    },
  ];
  for (const { name, lines, version, missing } of cases) {
    it(name, () => {
      const found = missingPrivileges(lines, version);
      assert.deepEqual(
        found.map(({ privilege }) => privilege),
        missing,
      );
      assert.ok(found.every(({ without }) => without.length > 0));
    });
  }
});
