-- The main job: a repository, a database, a backup, the loss, the restore.
CREATE REPOSITORY r WITH BROKER ON LOCATION "{place}";
----
OK

SHOW REPOSITORIES;
----
+--------+----------+---------------------+------------+----------+--------+--------+
| RepoId | RepoName | CreateTime          | IsReadOnly | Location | Broker | ErrMsg |
+--------+----------+---------------------+------------+----------+--------+--------+
| 10001  | r        | yyyy-MM-dd HH:mm:ss | false      | {place}  | NULL   | NULL   |
+--------+----------+---------------------+------------+----------+--------+--------+

CREATE DATABASE shop;
----
OK, 1 rows affected

USE shop;
----
OK

CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), price DECIMAL(10,2));
----
OK

INSERT INTO item (name, price) VALUES ('pen', 1.20), ('it''s', 9.99), (NULL, NULL), ('', 0);
----
OK, 4 rows affected

CREATE TABLE sale (id INT, sold DATE) PARTITION BY RANGE COLUMNS (sold) (PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN ('2027-01-01'));
----
OK

INSERT INTO sale VALUES (1, '2025-05-05'), (2, '2026-06-06');
----
OK, 2 rows affected

-- A view of a view, whose name comes before that of the view it reads.
CREATE VIEW z_names AS SELECT name FROM item;
----
OK

CREATE VIEW a_names AS SELECT name FROM z_names WHERE name <> '';
----
OK

BACKUP SNAPSHOT nightly TO r;
----
OK

SHOW BACKUP;
----
+-------+--------------+--------+----------+----------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+
| JobId | SnapshotName | DbName | State    | BackupObjs                                               | CreateTime          | SnapshotFinishedTime | UploadFinishedTime  | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status | Timeout |
+-------+--------------+--------+----------+----------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+
| 10001 | nightly      | shop   | FINISHED | [shop.item], [shop.sale], [shop.a_names], [shop.z_names] | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss  | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss |                 |          |            | [OK]   | 86400   |
+-------+--------------+--------+----------+----------------------------------------------------------+---------------------+----------------------+---------------------+---------------------+-----------------+----------+------------+--------+---------+

SHOW SNAPSHOT ON r;
----
+----------+-------------------------+--------+
| Snapshot | Timestamp               | Status |
+----------+-------------------------+--------+
| nightly  | yyyy-MM-dd-HH-mm-ss-SSS | OK     |
+----------+-------------------------+--------+

DROP DATABASE shop;
----
OK, 4 rows affected

RESTORE SNAPSHOT shop.nightly FROM r PROPERTIES ("backup_timestamp" = "{timestamp r.nightly}");
----
OK

SHOW RESTORE FROM shop;
----
+-------+---------+-------------------------+--------+----------+-----------+----------------+------------------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------+---------+
| JobId | Label   | Timestamp               | DbName | State    | AllowLoad | ReplicationNum | RestoreObjs                  | CreateTime          | MetaPreparedTime    | SnapshotFinishedTime | DownloadFinishedTime | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status | Timeout |
+-------+---------+-------------------------+--------+----------+-----------+----------------+------------------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------+---------+
| 10002 | nightly | yyyy-MM-dd-HH-mm-ss-SSS | shop   | FINISHED | false     | 3              | item, sale, z_names, a_names | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss  | yyyy-MM-dd HH:mm:ss  | yyyy-MM-dd HH:mm:ss |                 |          |            | [OK]   | 86400   |
+-------+---------+-------------------------+--------+----------+-----------+----------------+------------------------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------+---------+

SELECT * FROM shop.item ORDER BY id;
----
+----+------+-------+
| id | name | price |
+----+------+-------+
| 1  | pen  | 1.20  |
| 2  | it's | 9.99  |
| 3  | NULL | NULL  |
| 4  |      | 0.00  |
+----+------+-------+

SELECT * FROM shop.a_names ORDER BY name;
----
+------+
| name |
+------+
| it's |
| pen  |
+------+

USE shop;
----
OK

INSERT INTO item (name) VALUES ('next');
----
OK, 1 rows affected

SELECT LAST_INSERT_ID();
----
+------------------+
| LAST_INSERT_ID() |
+------------------+
| 5                |
+------------------+

-- One partition goes back; the other keeps what has changed since.
UPDATE sale SET id = id + 10;
----
OK, 2 rows affected

RESTORE SNAPSHOT nightly FROM r DATABASE shop ON (sale PARTITION (p1)) PROPERTIES ("backup_timestamp" = "{timestamp r.nightly}");
----
OK

SELECT * FROM sale ORDER BY id;
----
+----+------------+
| id | sold       |
+----+------------+
| 1  | 2025-05-05 |
| 12 | 2026-06-06 |
+----+------------+

-- Beside the first, under another name.
RESTORE SNAPSHOT shop.nightly FROM r ON (item AS item_old) PROPERTIES ("backup_timestamp" = "{timestamp r.nightly}");
----
OK

SELECT COUNT(*) FROM item_old;
----
+----------+
| COUNT(*) |
+----------+
| 4        |
+----------+

RESTORE SNAPSHOT nightly FROM r DATABASE shop AS copy PROPERTIES ("backup_timestamp" = "{timestamp r.nightly}");
----
OK

SHOW TABLES FROM copy;
----
+----------------+
| Tables_in_copy |
+----------------+
| a_names        |
| item           |
| sale           |
| z_names        |
+----------------+

SHOW CREATE TABLE copy.item;
----
+-------+---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+
| Table | Create Table                                                                                                                                                                                                                                |
+-------+---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+
| item  | CREATE TABLE `item` (   `id` int NOT NULL AUTO_INCREMENT,   `name` varchar(40) DEFAULT NULL,   `price` decimal(10,2) DEFAULT NULL,   PRIMARY KEY (`id`) ) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci |
+-------+---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+

-- Another form than that of the snapshot.
ALTER TABLE copy.item ADD COLUMN colour INT;
----
OK, 4 rows affected

RESTORE SNAPSHOT copy.nightly FROM r ON (item) PROPERTIES ("backup_timestamp" = "{timestamp r.nightly}");
----
OK

SHOW RESTORE FROM copy WHERE State = 'CANCELLED';
----
+-------+---------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+---------------------------------------------------------------------------------------------------------------+---------+
| JobId | Label   | Timestamp               | DbName | State     | AllowLoad | ReplicationNum | RestoreObjs | CreateTime          | MetaPreparedTime    | SnapshotFinishedTime | DownloadFinishedTime | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status                                                                                                        | Timeout |
+-------+---------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+---------------------------------------------------------------------------------------------------------------+---------+
| 10006 | nightly | yyyy-MM-dd-HH-mm-ss-SSS | copy   | CANCELLED | false     | 3              | item        | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss | NULL                 | NULL                 | yyyy-MM-dd HH:mm:ss |                 |          |            | [COMMON_ERROR, msg: Table item already exist but with different schema, errMsg: column count is inconsistent] | 86400   |
+-------+---------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+---------------------------------------------------------------------------------------------------------------+---------+

DROP SNAPSHOT nightly ON r;
----
OK

SHOW SNAPSHOT ON r;
----
+----------+-----------+--------+
| Snapshot | Timestamp | Status |
+----------+-----------+--------+

DROP REPOSITORY r;
----
OK
