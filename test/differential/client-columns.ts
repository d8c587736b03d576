/** A schema of its own, which `USE shop` leaves as the database. */
export const shopData: readonly string[] = [
  'CREATE DATABASE shop CHARACTER SET utf8mb4',
  'USE shop',
  "CREATE TABLE customer(id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL COMMENT 'full name', email VARCHAR(120) UNIQUE, balance DECIMAL(12,2) DEFAULT 0, born DATE, created TIMESTAMP DEFAULT CURRENT_TIMESTAMP, notes TEXT, photo BLOB, kind ENUM('a','b') DEFAULT 'a', tags SET('x','y'), active TINYINT(1) DEFAULT 1, ratio DOUBLE, f FLOAT, bits BIT(8), t TIME(3), y YEAR, j JSON, big BIGINT UNSIGNED, KEY k_name(name)) COMMENT='who buys'",
  'CREATE TABLE orders(id BIGINT AUTO_INCREMENT PRIMARY KEY, cust_id INT UNSIGNED NOT NULL, placed DATETIME(6), total DECIMAL(20,4), vat DECIMAL(20,4) GENERATED ALWAYS AS (total * 0.2) STORED, CONSTRAINT positive CHECK (total >= 0), CONSTRAINT fk_cust FOREIGN KEY(cust_id) REFERENCES customer(id) ON DELETE CASCADE)',
  "INSERT INTO customer(name,email,balance,born,created,notes,photo,tags,ratio,f,bits,t,y,j,big) VALUES('Ann O''Neil','a@x.io',12.50,'1980-02-29','2026-01-02 03:04:05','héllo ✓',x'00ff10','x,y',3.25,1.5,b'10101010','-12:34:56.789',1999,'{\"a\":1}',18446744073709551615),('Bob',NULL,NULL,NULL,'2026-01-02 03:04:05',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL)",
  "INSERT INTO orders(cust_id,placed,total) VALUES(1,'2024-01-02 03:04:05.678901',99.9999),(1,NULL,1),(2,'2024-05-06',7)",
  'CREATE VIEW v_tot AS SELECT c.name, SUM(o.total) s FROM customer c JOIN orders o ON o.cust_id=c.id GROUP BY c.name',
  'CREATE FUNCTION f1(a INT) RETURNS INT DETERMINISTIC RETURN a+1',
  "CREATE USER 'ann'@'%' IDENTIFIED BY 'a long password'",
  "GRANT SELECT, INSERT ON shop.* TO 'ann'@'%'",
  'CREATE ROLE reader',
];

/** The same, where only the columns are MySQL's: the rows tell of the server itself, of times and sizes, or of what a server keeps. */
export const statementsOfColumns: Readonly<Record<string, readonly string[]>> = {
  DBeaver: [
    "SELECT * FROM information_schema.SCHEMATA s WHERE s.SCHEMA_NAME NOT IN ('mysql','information_schema','performance_schema','sys') ORDER BY 2",
    "SELECT cc.CONSTRAINT_NAME, cc.CHECK_CLAUSE, tc.TABLE_NAME FROM (SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'shop' ORDER BY CONSTRAINT_NAME) cc, (SELECT TABLE_NAME, CONSTRAINT_NAME from INFORMATION_SCHEMA.TABLE_CONSTRAINTS tc WHERE CONSTRAINT_TYPE='CHECK' AND TABLE_SCHEMA='shop' AND TABLE_NAME='orders') tc WHERE cc.CONSTRAINT_NAME = tc.CONSTRAINT_NAME",
    "SELECT * FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='orders' ORDER BY PARTITION_ORDINAL_POSITION,SUBPARTITION_ORDINAL_POSITION",
    "SELECT cc.CONSTRAINT_NAME,cc.CHECK_CLAUSE,tc.ENFORCED FROM information_schema.CHECK_CONSTRAINTS cc JOIN information_schema.TABLE_CONSTRAINTS tc ON cc.CONSTRAINT_SCHEMA=tc.CONSTRAINT_SCHEMA AND cc.CONSTRAINT_NAME=tc.CONSTRAINT_NAME WHERE tc.TABLE_SCHEMA='shop'",
  ],
  HeidiSQL: [
    "SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM `information_schema`.`CHECK_CONSTRAINTS` WHERE CONSTRAINT_SCHEMA='shop'",
    "SHOW /*!50002 GLOBAL */ STATUS LIKE 'Com\\_%'",
    "SELECT * FROM `mysql`.`user` WHERE `Host`='%' AND `User`='ann'",
    "SELECT help_topic_id, name, description, example, url FROM mysql.help_topic WHERE name='SELECT'",
  ],
  'MySQL Workbench': [
    'SELECT thread_id FROM performance_schema.threads WHERE processlist_id = connection_id()',
    "SELECT * FROM performance_schema.setup_instruments WHERE NAME LIKE 'wait/lock/metadata%'",
    "SELECT USER, HOST, plugin, authentication_string, password_expired, password_lifetime, account_locked FROM mysql.user WHERE USER='ann'",
    "SELECT DISTINCT PRIVILEGE_TYPE FROM INFORMATION_SCHEMA.USER_PRIVILEGES WHERE GRANTEE LIKE '''root''%' ORDER BY 1",
  ],
  DataGrip: [
    '/* ApplicationName=DataGrip 2024.1 */ select version(), @@version_comment, database()',
    "select ordinal_position, column_name, column_type, column_default, generation_expression, table_name, column_comment, is_nullable, extra, collation_name from information_schema.columns where table_schema = 'shop' order by table_name, ordinal_position",
    "select routine_name, routine_type, routine_definition, routine_comment, dtd_identifier, definer, is_deterministic = 'YES' is_deterministic, cast(sql_data_access as char(1)) sql_data_access, cast(security_type as char(1)) security_type from information_schema.routines where routine_schema = 'shop'",
    "select table_name, view_definition, definer, check_option, is_updatable from information_schema.views where table_schema = 'shop'",
  ],
  Metabase: [
    'show databases',
    "SELECT `c`.`column_name` AS `name`, `c`.`ordinal_position` - 1 AS `database-position`, NULL AS `table-schema`, `c`.`table_name` AS `table-name`, UPPER(`c`.`data_type`) AS `database-type`, `c`.`extra` = 'auto_increment' AS `database-is-auto-increment`, `c`.`is_nullable` = 'NO' AND `c`.`column_default` IS NULL AS `database-required`, `c`.`column_key` = 'PRI' AS `pk?`, NULLIF(`c`.`column_comment`, '') AS `field-comment` FROM `information_schema`.`columns` AS `c` INNER JOIN `information_schema`.`tables` AS `t` ON (`c`.`table_schema` = `t`.`table_schema`) AND (`c`.`table_name` = `t`.`table_name`) WHERE ((`c`.`table_schema` NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys'))) AND (`c`.`table_schema` = 'shop') ORDER BY `c`.`table_name` ASC, `c`.`ordinal_position` ASC",
  ],
  'Power BI': [
    "SHOW VARIABLES LIKE 'lower_case_table_names'",
    "SHOW SESSION VARIABLES LIKE 'character_set_%'",
  ],
  phpMyAdmin: [
    "SELECT `SCHEMA_NAME` FROM `INFORMATION_SCHEMA`.`SCHEMATA`, (SELECT DB_first_level FROM ( SELECT DISTINCT SUBSTRING_INDEX(SCHEMA_NAME, '_', 1) DB_first_level FROM INFORMATION_SCHEMA.SCHEMATA WHERE TRUE ) t ORDER BY DB_first_level ASC LIMIT 0, 100) t2 WHERE TRUE AND 1 = LOCATE(CONCAT(DB_first_level, '_'), CONCAT(SCHEMA_NAME, '_')) ORDER BY SCHEMA_NAME ASC",
    "SELECT *, `TABLE_SCHEMA` AS `Db`, `TABLE_NAME` AS `Name`, `TABLE_TYPE` AS `TABLE_TYPE`, `ENGINE` AS `Engine`, `ENGINE` AS `Type`, `VERSION` AS `Version`, `ROW_FORMAT` AS `Row_format`, `TABLE_ROWS` AS `Rows`, `AVG_ROW_LENGTH` AS `Avg_row_length`, `DATA_LENGTH` AS `Data_length`, `MAX_DATA_LENGTH` AS `Max_data_length`, `INDEX_LENGTH` AS `Index_length`, `DATA_FREE` AS `Data_free`, `AUTO_INCREMENT` AS `Auto_increment`, `CREATE_TIME` AS `Create_time`, `UPDATE_TIME` AS `Update_time`, `CHECK_TIME` AS `Check_time`, `TABLE_COLLATION` AS `Collation`, `CHECKSUM` AS `Checksum`, `CREATE_OPTIONS` AS `Create_options`, `TABLE_COMMENT` AS `Comment` FROM `information_schema`.`TABLES` t WHERE `TABLE_SCHEMA` IN ('shop') AND t.`TABLE_NAME` = 'customer' ORDER BY Name ASC",
    'SELECT `CHARACTER_SET_NAME` AS `Charset`, `DEFAULT_COLLATE_NAME` AS `Default collation`, `DESCRIPTION` AS `Description`, `MAXLEN` AS `Maxlen` FROM `information_schema`.`CHARACTER_SETS`',
    "SELECT PLUGIN_NAME, PLUGIN_DESCRIPTION FROM information_schema.PLUGINS WHERE PLUGIN_TYPE = 'AUTHENTICATION' and PLUGIN_NAME='caching_sha2_password'",
  ],
  Adminer: [
    "SHOW TABLE STATUS LIKE 'customer'",
    "SELECT COLUMN_NAME, GENERATION_EXPRESSION FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders'",
    "SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME) WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.TABLE_NAME = 'orders' AND CHECK_CLAUSE NOT LIKE '% IS NOT NULL'",
    "SELECT SUM(DATA_LENGTH + INDEX_LENGTH) > 0 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'",
  ],
  Grafana: [
    "SELECT DISTINCT TABLE_SCHEMA from information_schema.TABLES where TABLE_TYPE != 'SYSTEM VIEW' ORDER BY TABLE_SCHEMA",
  ],
  'Connector/ODBC': ["select 'catalog' as t union select 'x'", 'SHOW KEYS FROM `customer`'],
  mysqldump: [
    "SHOW VARIABLES LIKE 'gtid\\_mode'",
    'SHOW CREATE DATABASE IF NOT EXISTS `shop`',
    'SHOW CREATE FUNCTION `f1`',
  ],
  mydumper: [
    'SHOW INDEX FROM `shop`.`customer`',
    'EXPLAIN SELECT `id` FROM `shop`.`customer`',
    "SHOW VARIABLES LIKE 'innodb_version'",
  ],
  Prisma: [
    "SELECT column_name column_name, data_type data_type, column_type full_data_type, character_maximum_length character_maximum_length, numeric_precision numeric_precision, numeric_scale numeric_scale, datetime_precision datetime_precision, column_default column_default, is_nullable is_nullable, extra extra, table_name table_name, IF(column_comment = '', NULL, column_comment) AS column_comment, generation_expression FROM information_schema.columns WHERE table_schema = 'shop' ORDER BY ordinal_position, table_name",
    "SELECT TABLE_NAME AS view_name, VIEW_DEFINITION AS view_sql FROM INFORMATION_SCHEMA.VIEWS WHERE TABLE_SCHEMA = 'shop'",
  ],
  TypeORM: [
    "SELECT * FROM `INFORMATION_SCHEMA`.`COLUMNS` WHERE `TABLE_SCHEMA` = 'shop' AND `TABLE_NAME` = 'orders'",
    "SELECT `s`.* FROM (SELECT * FROM `INFORMATION_SCHEMA`.`STATISTICS` WHERE `TABLE_SCHEMA` = 'shop' AND `TABLE_NAME` = 'orders') `s` LEFT JOIN (SELECT * FROM `INFORMATION_SCHEMA`.`REFERENTIAL_CONSTRAINTS` WHERE `CONSTRAINT_SCHEMA` = 'shop' AND `TABLE_NAME` = 'orders') `rc` ON `s`.`INDEX_NAME` = `rc`.`CONSTRAINT_NAME` AND `s`.`TABLE_SCHEMA` = `rc`.`CONSTRAINT_SCHEMA` WHERE `s`.`NON_UNIQUE` = 0 AND `s`.`INDEX_NAME` != 'PRIMARY' OR `rc`.`CONSTRAINT_NAME` IS NULL",
  ],
  Sequelize: [
    "SELECT CONSTRAINT_CATALOG AS constraintCatalog, CONSTRAINT_NAME AS constraintName, CONSTRAINT_SCHEMA AS constraintSchema, CONSTRAINT_TYPE AS constraintType, TABLE_NAME AS tableName, TABLE_SCHEMA AS tableSchema from INFORMATION_SCHEMA.TABLE_CONSTRAINTS WHERE table_name='customer' AND TABLE_SCHEMA = 'shop'",
    "SELECT SCHEMA_NAME as schema_name FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')",
    'SHOW CREATE TABLE `orders`',
  ],
  Liquibase: [
    'SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA',
    "SELECT view_definition FROM information_schema.views WHERE table_name='v_tot' AND table_schema='shop'",
  ],
  Debezium: ["SHOW GLOBAL VARIABLES LIKE 'GTID_MODE'", "SHOW GLOBAL VARIABLES LIKE 'log_bin'"],
  Airbyte: [
    "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, IS_NULLABLE, DATA_TYPE, COLUMN_TYPE, CHARACTER_MAXIMUM_LENGTH FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA NOT IN ('mysql','sys','performance_schema','information_schema') ORDER BY 1,2,ORDINAL_POSITION",
  ],
  'Percona Toolkit': [
    "SHOW GLOBAL STATUS LIKE 'Threads_running'",
    'EXPLAIN SELECT * FROM `shop`.`customer` WHERE 1=1',
  ],
  MySQLTuner: [
    "select count(*) > 0 from information_schema.INNODB_METRICS where name='trx_rseg_history_len'",
  ],
  mysqld_exporter: [
    "SHOW GLOBAL STATUS LIKE 'Uptime%'",
    "SELECT user, SUBSTRING_INDEX(host, ':', 1) AS host, COALESCE(command, '') AS command, COALESCE(state, '') AS state, COUNT(*) AS processes, SUM(time) >= 0 AS seconds FROM information_schema.processlist WHERE ID = connection_id() AND TIME >= 0 GROUP BY user, host, command, state",
    "SELECT OBJECT_SCHEMA, OBJECT_NAME, ifnull(INDEX_NAME, 'NONE') as INDEX_NAME, COUNT_FETCH, COUNT_INSERT, COUNT_UPDATE, COUNT_DELETE, SUM_TIMER_FETCH, SUM_TIMER_INSERT, SUM_TIMER_UPDATE, SUM_TIMER_DELETE FROM performance_schema.table_io_waits_summary_by_index_usage WHERE OBJECT_SCHEMA NOT IN ('mysql', 'performance_schema','shop')",
  ],
  Datadog: [
    "SELECT NAME, ENABLED FROM performance_schema.setup_consumers WHERE NAME LIKE 'events_statements_%' ORDER BY NAME",
    'SELECT processlist_user, processlist_host, processlist_db, processlist_state, COUNT(processlist_user) AS connections FROM performance_schema.threads WHERE processlist_user IS NOT NULL AND processlist_state IS NOT NULL AND processlist_id = connection_id() GROUP BY processlist_user, processlist_host, processlist_db, processlist_state',
    "SELECT schema_name as `name`, default_character_set_name, default_collation_name FROM information_schema.SCHEMATA WHERE schema_name not in ('sys', 'mysql', 'performance_schema', 'information_schema')",
    "SELECT concat(table_schema,'.',table_name), json_arrayagg(json_object('name', column_name, 'column_type', column_type)) FROM information_schema.columns WHERE table_schema='shop' AND table_name='v_tot' GROUP BY 1",
  ],
  Fivetran: [
    "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, c.COLUMN_NAME, c.ORDINAL_POSITION, c.COLUMN_TYPE, c.COLUMN_KEY, c.CHARACTER_SET_NAME FROM information_schema.TABLES t JOIN information_schema.COLUMNS c ON t.TABLE_SCHEMA=c.TABLE_SCHEMA AND t.TABLE_NAME=c.TABLE_NAME WHERE t.TABLE_TYPE = 'BASE TABLE' AND t.TABLE_SCHEMA NOT IN ('information_schema','performance_schema','mysql','sys') ORDER BY 1,2,4",
  ],
  Looker: [],
  Navicat: [
    'SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA',
    "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop' UNION SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop' UNION SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'shop'",
    "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop' ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
    "SELECT TABLE_NAME, CHECK_OPTION, IS_UPDATABLE, SECURITY_TYPE, DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'shop' ORDER BY TABLE_NAME ASC",
  ],
};
