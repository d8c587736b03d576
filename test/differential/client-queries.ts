/** A schema as small shops have it, for what clients and tools ask of it. */
export const clientData: readonly string[] = [
  `CREATE TABLE customer (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL COMMENT 'full name',
     email VARCHAR(120) UNIQUE, balance DECIMAL(12,2) DEFAULT 0, born DATE, KEY k_name (name)) COMMENT='who buys'`,
];

/** Keys that MySQL makes for foreign keys, and keeps for them. */
const foreignKeys: readonly string[] = [
  'CREATE TABLE parent (a INT PRIMARY KEY, b INT, UNIQUE KEY ab (a, b))',
  'CREATE TABLE child (x INT, y INT, FOREIGN KEY (x) REFERENCES parent (a))',
  'SHOW CREATE TABLE child',
  'ALTER TABLE child DROP INDEX x',
  'ALTER TABLE child ADD KEY later (x, y)',
  'SHOW INDEX FROM child',
  'ALTER TABLE child RENAME INDEX later TO other',
  'DROP INDEX other ON child',
  'ALTER TABLE child DROP KEY other, ADD KEY another (x)',
  'SHOW CREATE TABLE child',
  'CREATE TABLE copied LIKE child',
  'SHOW CREATE TABLE copied',
  'CREATE TABLE owned (x INT, y INT, KEY x (y), CONSTRAINT of_parent FOREIGN KEY (x) REFERENCES parent (a) ON DELETE CASCADE)',
  'SHOW CREATE TABLE owned',
  'SHOW COLUMNS FROM owned',
  'ALTER TABLE owned DROP FOREIGN KEY of_parent',
  'ALTER TABLE owned DROP INDEX of_parent',
  'ALTER TABLE owned ADD FOREIGN KEY (x, y) REFERENCES parent (a, b)',
  'SHOW CREATE TABLE owned',
  'CREATE TABLE taken (x INT, y INT, KEY c (y), CONSTRAINT c FOREIGN KEY (x) REFERENCES parent (a))',
  'CREATE TABLE keyed (x INT PRIMARY KEY, y INT, KEY k (y, x), FOREIGN KEY (x) REFERENCES parent (a), FOREIGN KEY (y) REFERENCES parent (a))',
  'SHOW CREATE TABLE keyed',
  'CREATE TABLE twice (x INT, CONSTRAINT first FOREIGN KEY (x) REFERENCES parent (a), CONSTRAINT second FOREIGN KEY (x) REFERENCES parent (a))',
  'SHOW CREATE TABLE twice',
];

/** Texts of system tables are of utf8mb3 in MySQL, and tools say so. */
const systemTexts: readonly string[] = [
  "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA COLLATE utf8_general_ci = 'TRIAL' AND TABLE_NAME COLLATE utf8_bin = 'customer'",
  "SELECT COLLATION_NAME, IS_DEFAULT COLLATE utf8_general_ci = 'Yes' AS d FROM information_schema.COLLATIONS WHERE ID IN (45, 255) ORDER BY ID",
  "SELECT COUNT(*) FROM (SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'trial') AS x WHERE TABLE_NAME COLLATE utf8mb3_general_ci = 'CUSTOMER'",
  "SELECT COUNT(*) FROM mysql.user WHERE User COLLATE utf8_bin = 'root'",
  'SELECT CAST(name AS CHAR CHARACTER SET utf8) COLLATE utf8_bin AS n, COLLATION(CAST(name AS CHAR CHARACTER SET latin1)) FROM customer',
  "SELECT name COLLATE utf8_general_ci FROM customer WHERE name = 'x'",
  "SHOW CREATE USER 'nothing'@'%'",
];

/** What clients, tools and ORMs send, and what once was answered otherwise than by MySQL. */
export const clientQueries: readonly string[] = [...foreignKeys, ...systemTexts];
