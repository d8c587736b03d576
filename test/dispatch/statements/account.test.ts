import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findAccount } from '../../../src/auth/accounts.ts';
import { fitsHash, type PasswordHash } from '../../../src/auth/password-hash.ts';
import { findRole } from '../../../src/auth/roles.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { World } from '../world.ts';

describe('statements about accounts', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  const grants = async (user: string): Promise<readonly unknown[]> =>
    (await world.rows(`SHOW GRANTS FOR '${user}'`)).map((row) => row[0]);

  it('make, change and drop accounts', async () => {
    await world.run("CREATE USER 'ann' IDENTIFIED BY 'long enough 1', bea@'%' IDENTIFIED BY 'long enough 2'");
    await world.refuses(
      "CREATE USER ann IDENTIFIED BY 'long enough 1'",
      'unknown_user',
      /CREATE USER failed for 'ann'/,
    );
    await world.run("CREATE USER IF NOT EXISTS ann IDENTIFIED BY 'long enough 3'");
    const first = findAccount(world.services.metastore, 'ann');
    await world.run("ALTER USER ann IDENTIFIED BY 'long enough 4'");
    assert.notDeepEqual(findAccount(world.services.metastore, 'ann'), first);
    await world.run('DROP USER ann, bea');
    await world.refuses('DROP USER ann', 'unknown_user', /DROP USER failed for 'ann'/);
    await world.run('DROP USER IF EXISTS ann');
    await world.run("ALTER USER IF EXISTS ann IDENTIFIED BY 'long enough 4'");
  });

  it('do all that they say or nothing', async () => {
    const { metastore } = world.services;
    const own = "'long enough 1'";
    await world.run(`CREATE USER here IDENTIFIED BY ${own}`);
    const refused: readonly string[] = [
      `CREATE USER new_one IDENTIFIED BY ${own}, here IDENTIFIED BY ${own}`,
      'DROP USER here, ghost',
      'GRANT SELECT ON *.* TO here, ghost',
      'ALTER USER here ACCOUNT LOCK, ghost ACCOUNT LOCK',
      'ALTER USER here, ghost ACCOUNT LOCK',
      'CREATE ROLE new_role, public',
    ];
    const before_ = findAccount(metastore, 'here');
    for (const statement of refused) {
      await assert.rejects(world.run(statement), statement);
      assert.deepEqual(findAccount(metastore, 'here'), before_, statement);
    }
    assert.equal(findAccount(metastore, 'new_one'), undefined);
    assert.equal(findRole(metastore, 'new_role'), undefined);
  });

  it('tell what IF EXISTS and IF NOT EXISTS passed over', async () => {
    const notes = async (statement: string): Promise<readonly (readonly [number, string])[]> =>
      (await world.run(statement)).warnings.map(({ number, message }) => [number, message] as const);
    await world.run("CREATE USER noted IDENTIFIED BY 'long enough 1'");
    await world.run('CREATE ROLE noted_role');
    const isThere = "Authorization ID 'noted'@'%' already exists.";
    const isMissing = "Authorization ID 'ghost'@'%' does not exist.";
    assert.deepEqual(await notes("CREATE USER IF NOT EXISTS noted IDENTIFIED BY 'x'"), [[3163, isThere]]);
    assert.deepEqual(await notes('CREATE ROLE IF NOT EXISTS noted_role, new_role'), [
      [3163, "Authorization ID 'noted_role'@'%' already exists."],
    ]);
    assert.deepEqual(await notes('DROP USER IF EXISTS ghost, noted'), [[3162, isMissing]]);
    assert.deepEqual(await notes('DROP ROLE IF EXISTS ghost, noted_role'), [[3162, isMissing]]);
    assert.deepEqual(await notes('ALTER USER IF EXISTS ghost ACCOUNT LOCK'), [[3162, isMissing]]);
  });

  it('make passwords that are told once', async () => {
    const made = await world.rows(
      "CREATE USER lucky IDENTIFIED BY RANDOM PASSWORD, chosen IDENTIFIED BY 'long enough 1'",
    );
    assert.deepEqual(
      made.map(([user, host, , factor]) => [user, host, factor]),
      [['lucky', '%', '1']],
    );
    const first = new Secret(String(made[0]?.[2]));
    const stored = async (): Promise<PasswordHash> =>
      findAccount(world.services.metastore, 'lucky')?.password ?? assert.fail();
    assert.ok(await fitsHash(first, await stored()));
    const [[, , second] = []] = await world.rows('SET PASSWORD FOR lucky TO RANDOM');
    assert.ok(await fitsHash(new Secret(String(second)), await stored()));
    await world.rows('ALTER USER lucky IDENTIFIED BY RANDOM PASSWORD');
    assert.ok(!(await fitsHash(new Secret(String(second)), await stored())));
  });

  it('ask for the password so far where REPLACE says it, of oneself', async () => {
    const careful = await world.stranger('careful');
    const changes = ["ALTER USER USER() IDENTIFIED BY 'another one'", "SET PASSWORD = 'another one'"];
    for (const change of changes) {
      await world.refuses(`${change} REPLACE 'guessed'`, 'wrong_current_password', /Incorrect/, careful);
    }
    await world.run("SET PASSWORD = 'another one' REPLACE 'long enough 1'", careful);
    await world.refuses(
      "SET PASSWORD FOR careful = 'third one' REPLACE 'another one'",
      'current_password_of_other',
      /other users/,
    );
  });

  it('take verifiers as other servers keep them', async () => {
    const native = '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7';
    await world.run(`CREATE USER kept IDENTIFIED WITH mysql_native_password AS '${native}'`);
    const kept = { kind: 'native', hash: native.slice(1).toLowerCase() };
    assert.deepEqual(findAccount(world.services.metastore, 'kept')?.password, kept);
    await world.run("ALTER USER kept IDENTIFIED BY 'long enough 1'");
    await world.run(`ALTER USER kept IDENTIFIED BY PASSWORD '${native}'`);
    assert.deepEqual(findAccount(world.services.metastore, 'kept')?.password, kept);
    await world.refuses(
      "ALTER USER kept IDENTIFIED WITH caching_sha2_password AS '$A$005$short'",
      'password_format',
      /expected format/,
    );
  });

  it('mean a role where no account has the name, as MySQL does', async () => {
    await world.run('CREATE ROLE crew, both');
    await world.run("CREATE USER both IDENTIFIED BY 'long enough 1'");
    await world.run("GRANT SELECT ON *.* TO 'crew', both");
    await world.run('GRANT both TO crew');
    assert.deepEqual(await grants('crew'), [
      'GRANT SELECT ON *.* TO ROLE `crew`',
      'GRANT `both` TO ROLE `crew`',
    ]);
    assert.deepEqual(await world.rows('SHOW GRANTS FOR ROLE both'), []);
    await world.run('REVOKE ALL PRIVILEGES, GRANT OPTION FROM crew');
    await world.run('REVOKE both FROM crew');
    assert.deepEqual(await grants('crew'), []);
  });

  it('choose the plugin of a password', async () => {
    await world.run("CREATE USER old IDENTIFIED WITH mysql_native_password BY 'long enough 1'");
    assert.deepEqual(await world.rows('SHOW CREATE USER old'), [
      ["CREATE USER `old`@`%` IDENTIFIED WITH 'mysql_native_password'"],
    ]);
  });

  it('grant and revoke privileges on SYSTEM', async () => {
    await world.run("CREATE USER op IDENTIFIED BY 'long enough 1'");
    await world.run('GRANT REPOSITORY ON SYSTEM TO USER op');
    assert.deepEqual(await grants('op'), [
      'GRANT USAGE ON *.* TO `op`@`%`',
      'GRANT REPOSITORY ON SYSTEM TO `op`@`%`',
    ]);
    const operator = world.session('op');
    await world.rows('SHOW BACKUP', operator);
    await world.run('REVOKE REPOSITORY ON SYSTEM FROM USER op');
    await world.refuses('SHOW BACKUP', 'backup_access_denied', /REPOSITORY/, operator);
    await world.run("GRANT ALL ON *.* TO 'op'");
    await world.run('CREATE DATABASE of_op', operator);
  });

  it('let everybody change the own password and no other', async () => {
    const stranger = await world.stranger('sue');
    await world.run("SET PASSWORD = 'another long one'", stranger);
    await world.refuses("SET PASSWORD FOR root = 'another long one'", 'privilege_denied', /GRANT/, stranger);
    await world.refuses('DROP USER root', 'privilege_denied', /GRANT/, stranger);
  });

  it('grant nothing on catalogs that are not there', async () => {
    for (const sql of [
      'GRANT USAGE ON CATALOG nowhere TO USER root',
      'GRANT SELECT ON nowhere.d.* TO root',
      'GRANT SELECT ON nowhere.d.t TO root',
      'GRANT DROP ON DATABASE nowhere.d TO USER root',
    ]) {
      await world.refuses(sql, 'unknown_catalog', /Unknown catalog 'nowhere'/);
    }
    await world.run('REVOKE SELECT ON nowhere.d.* FROM root');
  });

  it('grant on objects in the words of MySQL and of StarRocks, and show it again', async () => {
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.t (id INT)');
    await world.run('CREATE VIEW shop.v AS SELECT id FROM shop.t');
    await world.run("CREATE USER bi IDENTIFIED BY 'long enough 1'");
    const statements = [
      'GRANT SELECT, INSERT ON TABLE shop.t TO USER bi',
      'GRANT SELECT ON ALL VIEWS IN DATABASE shop TO USER bi',
      'GRANT SELECT ON ALL TABLES IN ALL DATABASES TO USER bi',
      'GRANT CREATE TABLE, DROP ON DATABASE Shop TO USER bi',
      'GRANT USAGE ON CATALOG default_catalog TO USER bi',
      "GRANT UPDATE ON `sh\\_op`.* TO 'bi'@'%' WITH GRANT OPTION",
      'GRANT DELETE ON shop.t TO bi',
    ];
    for (const sql of statements) await world.run(sql);
    const shown = await grants('bi');
    assert.deepEqual(shown, [
      'GRANT USAGE ON *.* TO `bi`@`%`',
      'GRANT SELECT, INSERT ON TABLE `shop`.`t` TO `bi`@`%`',
      'GRANT SELECT ON ALL VIEWS IN DATABASE `shop` TO `bi`@`%`',
      'GRANT SELECT ON ALL TABLES IN ALL DATABASES TO `bi`@`%`',
      'GRANT CREATE TABLE, DROP ON DATABASE `shop` TO `bi`@`%`',
      'GRANT USAGE ON CATALOG `default_catalog` TO `bi`@`%`',
      'GRANT UPDATE ON `sh_op`.* TO `bi`@`%` WITH GRANT OPTION',
      'GRANT DELETE ON `shop`.`t` TO `bi`@`%`',
    ]);
    await world.run('REVOKE ALL PRIVILEGES, GRANT OPTION FROM bi');
    assert.deepEqual(await grants('bi'), shown.slice(0, 1));
    for (const sql of shown) await world.run(String(sql));
    assert.deepEqual(await grants('bi'), shown);
    await world.run('REVOKE GRANT OPTION ON `sh_op`.* FROM bi');
    assert.ok((await grants('bi')).includes('GRANT UPDATE ON `sh_op`.* TO `bi`@`%`'));
    await world.run('REVOKE ALL ON shop.t FROM bi');
    assert.ok(!(await grants('bi')).includes('GRANT DELETE ON `shop`.`t` TO `bi`@`%`'));
  });

  it('leave MySQL’s privileges out that have no meaning here, with a note', async () => {
    const answer = await world.run('GRANT SELECT, SHOW VIEW, LOCK TABLES ON shop.* TO bi');
    assert.deepEqual(
      answer.warnings.map(({ level, message }) => [level, message]),
      ['SHOW VIEW', 'LOCK TABLES'].map((word) => [
        'Note',
        `The privilege ${word} has no meaning here and was left out`,
      ]),
    );
  });

  it('let a BI account read, and nothing else, from the moment of the grant', async () => {
    await world.run("CREATE USER reader IDENTIFIED BY 'long enough 1'");
    const reader = world.session('reader');
    await world.refuses('SELECT * FROM shop.t', 'table_access_denied', /'t'/, reader);
    await world.run('GRANT SELECT ON shop.* TO reader');
    assert.deepEqual(await world.rows('SELECT * FROM shop.t', reader), []);
    assert.deepEqual(await world.rows('SELECT * FROM shop.v', reader), []);
    await world.run('USE shop', reader);
    assert.deepEqual(await world.rows('SHOW TABLES', reader), [['t'], ['v']]);
    await world.refuses('DELETE FROM t', 'table_access_denied', /^DELETE/, reader);
    await world.run('REVOKE SELECT ON shop.* FROM reader');
    await world.refuses('SELECT * FROM shop.t', 'table_access_denied', /'t'/, reader);
  });

  it('let whoever holds the option pass on what they hold', async () => {
    await world.run("CREATE USER lead IDENTIFIED BY 'long enough 1'");
    await world.run('GRANT SELECT ON shop.* TO lead WITH GRANT OPTION');
    const lead = world.session('lead');
    await world.run('GRANT SELECT ON shop.t TO reader', lead);
    await world.refuses('GRANT INSERT ON shop.t TO reader', 'privilege_denied', /GRANT/, lead);
    await world.refuses('GRANT SELECT ON *.* TO reader', 'privilege_denied', /GRANT/, lead);
    await world.run('REVOKE SELECT ON shop.t FROM reader', lead);
  });

  it('let the holder of GRANT manage accounts, but not make or become an administrator', async () => {
    await world.run("CREATE USER manager IDENTIFIED BY 'long enough 1' DEFAULT ROLE user_admin");
    const manager = world.session('manager');
    await world.run("CREATE USER made IDENTIFIED BY 'long enough 1'", manager);
    await world.run('GRANT SELECT ON shop.* TO made', manager);
    await world.run('DROP USER made', manager);
    const refused = [
      "SET PASSWORD FOR root = 'long enough 2'",
      "ALTER USER root IDENTIFIED BY 'long enough 2'",
      'GRANT ALL ON *.* TO manager',
      'GRANT ADMIN ON SYSTEM TO USER manager',
      'GRANT root TO manager',
      'ALTER USER manager DEFAULT ROLE root',
      "CREATE USER puppet IDENTIFIED BY 'long enough 1' DEFAULT ROLE root",
    ];
    for (const sql of refused) await world.refuses(sql, 'privilege_denied', /ADMIN/, manager);
  });

  it('make roles, give them, and take them into use', async () => {
    await world.run('CREATE ROLE IF NOT EXISTS analyst, writer');
    await world.run('GRANT SELECT ON ALL TABLES IN DATABASE shop TO ROLE analyst');
    await world.run('GRANT INSERT ON shop.t TO ROLE writer');
    await world.run('GRANT analyst TO ROLE writer');
    await world.run("CREATE USER carl IDENTIFIED BY 'long enough 1'");
    await world.run("GRANT analyst, 'writer' TO carl");
    const carl = world.session('carl');
    await world.refuses('SELECT * FROM shop.t', 'table_access_denied', /./, carl);
    await world.run('SET ROLE analyst', carl);
    await world.rows('SELECT * FROM shop.t', carl);
    await world.refuses('INSERT INTO shop.t VALUES (1)', 'table_access_denied', /^INSERT/, carl);
    await world.run('SET ROLE writer', carl);
    assert.deepEqual(await world.rows('SELECT CURRENT_ROLE()', carl), [['`writer`@`%`']]);
    await world.run('INSERT INTO shop.t SELECT 1 FROM shop.t', carl);
    await world.run('SET ROLE NONE', carl);
    await world.refuses('SELECT * FROM shop.t', 'table_access_denied', /./, carl);
    await world.run('SET DEFAULT ROLE analyst TO carl');
    await world.rows('SELECT * FROM shop.t', world.session('carl'));
    assert.deepEqual(await grants('carl'), [
      'GRANT USAGE ON *.* TO `carl`@`%`',
      'GRANT `analyst` TO `carl`@`%`',
      'GRANT `writer` TO `carl`@`%`',
    ]);
    assert.deepEqual(await world.rows('SHOW GRANTS FOR ROLE writer'), [
      ['GRANT INSERT ON `shop`.`t` TO ROLE `writer`'],
      ['GRANT `analyst` TO ROLE `writer`'],
    ]);
    assert.deepEqual(await world.rows("SHOW ROLES LIKE '%r'"), [['writer', 'false']]);
    await world.run('REVOKE writer FROM carl');
    await world.refuses('SET ROLE writer', 'role_not_granted', /is not granted/, carl);
    await world.run('DROP ROLE writer');
    await world.refuses('SET ROLE writer', 'unknown_role', /Unknown authorization ID 'writer'/, carl);
    await world.refuses('DROP ROLE writer', 'unknown_user', /DROP ROLE failed/);
    await world.run('DROP ROLE IF EXISTS writer');
  });

  it('rename accounts one after another, with all that they have, or none', async () => {
    await world.run(
      "CREATE USER one IDENTIFIED BY 'long enough 1', two IDENTIFIED BY 'long enough 1' COMMENT 'c'",
    );
    await world.run('GRANT SELECT ON shop.* TO one');
    const before_ = findAccount(world.services.metastore, 'one');
    await world.run('RENAME USER one TO spare, two TO one, spare@localhost TO two');
    assert.deepEqual(findAccount(world.services.metastore, 'two'), { ...before_, user: 'two' });
    assert.deepEqual(await grants('one'), ['GRANT USAGE ON *.* TO `one`@`%`']);
    await world.refuses('RENAME USER one TO three, ghost TO four', 'unknown_user', /'ghost'/);
    await world.refuses('RENAME USER one TO two', 'unknown_user', /RENAME USER failed for 'one'/);
    assert.equal(findAccount(world.services.metastore, 'three'), undefined);
    await world.refuses('RENAME USER one TO x', 'privilege_denied', /GRANT/, world.session('two'));
  });

  it('let whoever has a role WITH ADMIN OPTION give it and take it back', async () => {
    await world.run('CREATE ROLE tester, chief');
    await world.run("CREATE USER dora IDENTIFIED BY 'long enough 1', emil IDENTIFIED BY 'long enough 1'");
    const dora = world.session('dora');
    await world.run('GRANT tester TO dora');
    await world.refuses('GRANT tester TO emil', 'privilege_denied', /GRANT/, dora);
    await world.run('GRANT tester TO dora WITH ADMIN OPTION');
    await world.run('GRANT tester TO dora');
    assert.ok((await grants('dora')).includes('GRANT `tester` TO `dora`@`%` WITH ADMIN OPTION'));
    await world.run('GRANT tester TO emil', dora);
    await world.run('REVOKE tester FROM emil', dora);
    await world.refuses('GRANT chief TO emil', 'privilege_denied', /GRANT/, dora);
    await world.refuses('DROP ROLE tester', 'privilege_denied', /GRANT/, dora);
    await world.run('REVOKE tester FROM dora');
    await world.run('GRANT tester TO ROLE chief WITH ADMIN OPTION');
    assert.deepEqual(await world.rows('SHOW GRANTS FOR ROLE chief'), [
      ['GRANT `tester` TO ROLE `chief` WITH ADMIN OPTION'],
    ]);
    await world.run('GRANT chief TO dora');
    await world.refuses('GRANT tester TO emil', 'privilege_denied', /GRANT/, dora);
    await world.run('SET ROLE chief', dora);
    await world.run('GRANT tester TO emil', dora);
    await world.run('DROP ROLE tester');
    assert.deepEqual(await grants('emil'), ['GRANT USAGE ON *.* TO `emil`@`%`']);
  });

  it('set all roles but some', async () => {
    await world.run('CREATE ROLE red, green, blue');
    await world.run("CREATE USER paint IDENTIFIED BY 'long enough 1'");
    await world.run('GRANT red, green, blue TO paint');
    const paint = world.session('paint');
    await world.run("SET ROLE ALL EXCEPT green, 'ghost'", paint);
    assert.deepEqual(await world.rows('SELECT CURRENT_ROLE()', paint), [['`red`@`%`,`blue`@`%`']]);
  });

  it('keep limits an hour, each by itself, and take them away with 0', async () => {
    const shown = "CREATE USER `bounded`@`%` IDENTIFIED WITH 'caching_sha2_password'";
    await world.run(
      "CREATE USER bounded IDENTIFIED BY 'long enough 1' WITH MAX_USER_CONNECTIONS 4 MAX_QUERIES_PER_HOUR 1",
    );
    await world.run('ALTER USER bounded WITH MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3');
    assert.deepEqual(await world.rows('SHOW CREATE USER bounded'), [
      [
        `${shown} WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4`,
      ],
    ]);
    await world.run('ALTER USER bounded WITH MAX_QUERIES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0');
    assert.deepEqual(await world.rows('SHOW CREATE USER bounded'), [
      [`${shown} WITH MAX_UPDATES_PER_HOUR 2 MAX_USER_CONNECTIONS 4`],
    ]);
  });

  it('keep the clauses of an account', async () => {
    await world.run(
      "CREATE USER strict IDENTIFIED BY 'long enough 1' REQUIRE SSL WITH MAX_USER_CONNECTIONS 2 ACCOUNT LOCK COMMENT 'x'",
    );
    const shown = "CREATE USER `strict`@`%` IDENTIFIED WITH 'caching_sha2_password'";
    assert.deepEqual(await world.rows('SHOW CREATE USER strict'), [
      [`${shown} REQUIRE SSL WITH MAX_USER_CONNECTIONS 2 ACCOUNT LOCK COMMENT 'x'`],
    ]);
    await world.run('ALTER USER strict REQUIRE NONE ACCOUNT UNLOCK');
    assert.deepEqual(await world.rows('SHOW CREATE USER strict'), [
      [`${shown} WITH MAX_USER_CONNECTIONS 2 COMMENT 'x'`],
    ]);
  });

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    ["CREATE USER x IDENTIFIED BY ''", 'password_policy', /./],
    ["CREATE USER x IDENTIFIED WITH sha256_password BY 'long enough 1'", 'not_supported', /sha256_password/],
    ['RENAME USER root TO boss', 'unknown_user', /RENAME USER failed for 'root'/],
    ['CREATE ROLE public', 'unknown_user', /CREATE ROLE/],
    ['GRANT REPOSITORY ON SYSTEM TO ROLE ghost', 'unknown_user', /ghost/],
    ['GRANT REPOSITORY ON SYSTEM TO ROLE db_admin', 'unknown_user', /db_admin/],
    ['GRANT ghost TO root', 'unknown_role', /ghost/],
    [
      'GRANT SELECT, INSERT (id, name) ON shop.t TO root',
      'not_supported',
      /INSERT \(`id`, `name`\).*columns/,
    ],
    ["GRANT PROXY ON ''@'' TO root WITH GRANT OPTION", 'not_supported', /PROXY/],
    ['REVOKE PROXY ON ann FROM root', 'not_supported', /PROXY/],
    ['GRANT SELECT ON `shop%`.* TO root', 'not_supported', /%/],
    ['GRANT SELECT ON shop.ghost TO root', 'unknown_table', /shop\.ghost/],
    ['GRANT FLY ON shop.* TO root', 'analysis', /FLY/],
    ['GRANT CREATE TABLE ON shop.t TO root', 'analysis', /CREATE TABLE/],
    ['GRANT REFRESH ON TABLE shop.t TO USER root', 'analysis', /REFRESH/],
    ['GRANT IMPERSONATE ON USER root TO USER root', 'not_supported', /IMPERSONATE/],
    ['ALTER USER ghost ACCOUNT LOCK', 'unknown_user', /ghost/],
    [
      'GRANT REPOSITORY ON SYSTEM TO USER ghost',
      'grant_creates_user',
      /not allowed to create a user with GRANT/,
    ],
    ['GRANT analyst TO ghost', 'grant_creates_user', /not allowed to create a user with GRANT/],
    ['REVOKE REPOSITORY ON SYSTEM FROM USER ghost', 'unknown_user', /ghost/],
    ['SHOW GRANTS FOR ghost', 'no_such_grant', /no such grant defined for user 'ghost'/],
  ];
  for (const [sql, kind, message] of refusals) it(`refuse ${sql}`, () => world.refuses(sql, kind, message));
});
