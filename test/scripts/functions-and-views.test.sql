-- Functions and views of all kinds of order, saved, lost, restored and renamed.
CREATE REPOSITORY r WITH BROKER ON LOCATION "{place}";
----
OK

CREATE DATABASE shop;
----
OK, 1 rows affected

USE shop;
----
OK

CREATE TABLE item (id INT PRIMARY KEY, price DECIMAL(10,2));
----
OK

INSERT INTO item VALUES (1, 1.20), (2, 9.99);
----
OK, 2 rows affected

CREATE FUNCTION z_half(a DECIMAL(10,2)) RETURNS DECIMAL(10,2) DETERMINISTIC RETURN a / 2;
----
OK

CREATE FUNCTION a_quarter(a DECIMAL(10,2)) RETURNS shop.z_half(z_half(a));
----
OK

CREATE FUNCTION a_quarter(a VARCHAR(10)) RETURNS VARCHAR(20) RETURN CONCAT('1/4 of ', a);
----
OK

-- Views whose names come before those that they read.
CREATE VIEW z_prices AS SELECT id, z_half(price) AS half FROM item;
----
OK

CREATE VIEW m_prices AS SELECT id, half, a_quarter(half) AS eighth FROM shop.z_prices;
----
OK

CREATE VIEW a_prices AS SELECT * FROM m_prices WHERE eighth > 0.2;
----
OK

SHOW FUNCTIONS;
----
+---------------+
| Function Name |
+---------------+
| a_quarter     |
| z_half        |
+---------------+

SHOW FULL FUNCTIONS LIKE 'a%';
----
+--------------------------+---------------+---------------+-------------------+----------------------------------+
| Signature                | Return Type   | Function Type | Intermediate Type | Properties                       |
+--------------------------+---------------+---------------+-------------------+----------------------------------+
| a_quarter(DECIMAL(10,2)) | DECIMAL(10,2) | Scalar        | NULL              | {"sql":"shop.z_half(z_half(a))"} |
| a_quarter(VARCHAR(10))   | VARCHAR(20)   | Scalar        | NULL              | {"sql":"CONCAT('1/4 of ', a)"}   |
+--------------------------+---------------+---------------+-------------------+----------------------------------+

SHOW CREATE FUNCTION z_half;
----
+----------+-----------------------------------------------------------------------------------------------------------------------+-----------------------------------------------------------------------------------------------------------------------------+----------------------+----------------------+--------------------+
| Function | sql_mode                                                                                                              | Create Function                                                                                                             | character_set_client | collation_connection | Database Collation |
+----------+-----------------------------------------------------------------------------------------------------------------------+-----------------------------------------------------------------------------------------------------------------------------+----------------------+----------------------+--------------------+
| z_half   | ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION | CREATE DEFINER=`root`@`127.0.0.1` FUNCTION `z_half`(`a` decimal(10,2)) RETURNS decimal(10,2)     DETERMINISTIC RETURN a / 2 | utf8mb4              | utf8mb4_0900_ai_ci   | utf8mb4_0900_ai_ci |
+----------+-----------------------------------------------------------------------------------------------------------------------+-----------------------------------------------------------------------------------------------------------------------------+----------------------+----------------------+--------------------+

SELECT ROUTINE_NAME, DATA_TYPE FROM information_schema.routines WHERE ROUTINE_SCHEMA = 'shop' ORDER BY 1, 2;
----
+--------------+-----------+
| ROUTINE_NAME | DATA_TYPE |
+--------------+-----------+
| a_quarter    | decimal   |
| a_quarter    | varchar   |
| z_half       | decimal   |
+--------------+-----------+

BACKUP SNAPSHOT everything TO r;
----
OK

SHOW BACKUP;
----
+-------+--------------+--------+----------+-------------------------------------------------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+
| JobId | SnapshotName | DbName | State    | BackupObjs                                                                                      | CreateTime          | SnapshotFinishedTime | UploadFinishedTime  | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status | Timeout |
+-------+--------------+--------+----------+-------------------------------------------------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+
| 10001 | everything   | shop   | FINISHED | [shop.item], [shop.a_prices], [shop.m_prices], [shop.z_prices], [shop.a_quarter], [shop.z_half] | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss  | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss |                 |          |            | [OK]   | 86400   |
+-------+--------------+--------+----------+-------------------------------------------------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+

BACKUP SNAPSHOT some TO r ON (FUNCTION z_half, ALL VIEWS);
----
OK

SHOW BACKUP;
----
+-------+--------------+--------+----------+------------------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+
| JobId | SnapshotName | DbName | State    | BackupObjs                                                       | CreateTime          | SnapshotFinishedTime | UploadFinishedTime  | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status | Timeout |
+-------+--------------+--------+----------+------------------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+
| 10002 | some         | shop   | FINISHED | [shop.a_prices], [shop.m_prices], [shop.z_prices], [shop.z_half] | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss  | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss |                 |          |            | [OK]   | 86400   |
+-------+--------------+--------+----------+------------------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+

BACKUP SNAPSHOT none TO r ON (FUNCTION nope);
----
ERROR 5064 (42000): Invalid backup function(s), function name: nope. SHOW FUNCTIONS lists those that are there.

DROP DATABASE shop;
----
OK, 4 rows affected

RESTORE SNAPSHOT everything FROM r DATABASE shop AS mall PROPERTIES ("backup_timestamp" = "{timestamp r.everything}");
----
OK

SHOW RESTORE FROM mall;
----
+-------+------------+-------------------------+--------+----------+-----------+----------------+-------------------------------------------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------+---------+
| JobId | Label      | Timestamp               | DbName | State    | AllowLoad | ReplicationNum | RestoreObjs                                           | CreateTime          | MetaPreparedTime    | SnapshotFinishedTime | DownloadFinishedTime | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status | Timeout |
+-------+------------+-------------------------+--------+----------+-----------+----------------+-------------------------------------------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------+---------+
| 10003 | everything | yyyy-MM-dd-HH-mm-ss-SSS | mall   | FINISHED | false     | 3              | item, z_half, a_quarter, z_prices, m_prices, a_prices | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss  | yyyy-MM-dd HH:mm:ss  | yyyy-MM-dd HH:mm:ss |                 |          |            | [OK]   | 86400   |
+-------+------------+-------------------------+--------+----------+-----------+----------------+-------------------------------------------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------+---------+

SELECT *, mall.a_quarter('x') FROM mall.a_prices;
----
+----+------+--------+---------------------+
| id | half | eighth | mall.a_quarter('x') |
+----+------+--------+---------------------+
| 2  | 5.00 | 1.25   | 1/4 of x            |
+----+------+--------+---------------------+

RESTORE SNAPSHOT everything FROM r DATABASE shop ON (FUNCTION a_quarter AS quarter, ALL TABLES) PROPERTIES ("backup_timestamp" = "{timestamp r.everything}");
----
OK

SHOW FUNCTIONS FROM shop;
----
+---------------+
| Function Name |
+---------------+
| quarter       |
+---------------+

RESTORE SNAPSHOT everything FROM r DATABASE shop ON (FUNCTION nope) PROPERTIES ("backup_timestamp" = "{timestamp r.everything}");
----
ERROR 5064 (42000): Can not find restore function: nope

CREATE OR REPLACE FUNCTION mall.z_half(a DECIMAL(10,2)) RETURNS DECIMAL(10,2) RETURN a;
----
OK

RESTORE SNAPSHOT everything FROM r DATABASE shop AS mall ON (ALL FUNCTIONS) PROPERTIES ("backup_timestamp" = "{timestamp r.everything}");
----
OK

SHOW RESTORE FROM mall;
----
+-------+------------+-------------------------+--------+-----------+-----------+----------------+-------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+-------------------------------------------------------------------------------------------+---------+
| JobId | Label      | Timestamp               | DbName | State     | AllowLoad | ReplicationNum | RestoreObjs       | CreateTime          | MetaPreparedTime    | SnapshotFinishedTime | DownloadFinishedTime | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status                                                                                    | Timeout |
+-------+------------+-------------------------+--------+-----------+-----------+----------------+-------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+-------------------------------------------------------------------------------------------+---------+
| 10006 | everything | yyyy-MM-dd-HH-mm-ss-SSS | mall   | CANCELLED | false     | 3              | z_half, a_quarter | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss | NULL                 | NULL                 | yyyy-MM-dd HH:mm:ss |                 |          |            | [COMMON_ERROR, msg: Function z_half(DECIMAL) already exist but with different definition] | 86400   |
+-------+------------+-------------------------+--------+-----------+-----------+----------------+-------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+-------------------------------------------------------------------------------------------+---------+
