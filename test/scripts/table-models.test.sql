-- StarRocks' key models: what is stored, saved and restored is the merged state.
CREATE REPOSITORY r WITH BROKER ON LOCATION "{place}";
----
OK

CREATE DATABASE site;
----
OK, 1 rows affected

USE site;
----
OK

CREATE TABLE visits (page VARCHAR(20) NOT NULL, day DATE NOT NULL, views BIGINT SUM DEFAULT "0", last VARCHAR(9) REPLACE) AGGREGATE KEY (page, day) PARTITION BY RANGE (day) (PARTITION p1 VALUES LESS THAN ("2026-02-01"), PARTITION p2 VALUES LESS THAN ("2026-03-01")) DISTRIBUTED BY HASH (page) BUCKETS 2 PROPERTIES ("replication_num" = "1", "bloom_filter_columns" = "page");
----
OK

CREATE TABLE member (id INT NOT NULL, name VARCHAR(9), n INT) PRIMARY KEY (id) DISTRIBUTED BY HASH (id);
----
OK

CREATE TABLE log (at DATETIME, text VARCHAR(9)) DUPLICATE KEY (at) DISTRIBUTED BY RANDOM;
----
OK

INSERT INTO visits VALUES ('/', '2026-01-01', 1, 'a'), ('/', '2026-01-01', 2, 'b'), ('/x', '2026-02-02', 5, 'c');
----
OK, 3 rows affected

INSERT INTO member VALUES (1, 'Ann', 1), (1, 'Eve', 2), (2, 'Bob', 3);
----
OK, 3 rows affected

INSERT INTO log VALUES ('2026-01-01 00:00:00', 'x'), ('2026-01-01 00:00:00', 'x');
----
OK, 2 rows affected

BACKUP SNAPSHOT models TO r;
----
OK

INSERT INTO visits VALUES ('/', '2026-01-01', 100, 'z'), ('/x', '2026-02-02', 100, 'z');
----
OK, 2 rows affected

INSERT INTO member (id, n) VALUES (1, 99), (3, 99);
----
OK, 2 rows affected

INSERT INTO log SELECT * FROM log;
----
OK, 2 rows affected

RESTORE SNAPSHOT models FROM r DATABASE site ON (visits PARTITION (p1), log) PROPERTIES ("backup_timestamp" = "{timestamp r.models}");
----
OK

SELECT * FROM visits ORDER BY page;
----
+------+------------+-------+------+
| page | day        | views | last |
+------+------------+-------+------+
| /    | 2026-01-01 | 3     | b    |
| /x   | 2026-02-02 | 105   | z    |
+------+------------+-------+------+

SELECT COUNT(*) FROM log;
----
+----------+
| COUNT(*) |
+----------+
| 2        |
+----------+

INSERT INTO visits VALUES ('/', '2026-01-01', 1000, 'n');
----
OK, 1 rows affected

SELECT * FROM visits ORDER BY page;
----
+------+------------+-------+------+
| page | day        | views | last |
+------+------------+-------+------+
| /    | 2026-01-01 | 1003  | n    |
| /x   | 2026-02-02 | 105   | z    |
+------+------------+-------+------+

RESTORE SNAPSHOT models FROM r DATABASE site AS copy PROPERTIES ("backup_timestamp" = "{timestamp r.models}");
----
OK

INSERT INTO copy.member (id, n) VALUES (2, 7);
----
OK, 1 rows affected

SELECT * FROM copy.member ORDER BY id;
----
+----+------+---+
| id | name | n |
+----+------+---+
| 1  | Eve  | 2 |
| 2  | Bob  | 7 |
+----+------+---+

SHOW CREATE TABLE copy.visits;
----
+--------+---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+
| Table  | Create Table                                                                                                                                                                                                                                                                                                                                                                                                                                                                          |
+--------+---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+
| visits | CREATE TABLE `visits` (   `page` varchar(20) NOT NULL COMMENT "",   `day` date NOT NULL COMMENT "",   `views` bigint(20) SUM NULL DEFAULT "0" COMMENT "",   `last` varchar(9) REPLACE NULL COMMENT "" ) ENGINE=OLAP AGGREGATE KEY(`page`, `day`) PARTITION BY RANGE(`day`) (PARTITION p1 VALUES LESS THAN ("2026-02-01"), PARTITION p2 VALUES LESS THAN ("2026-03-01")) DISTRIBUTED BY HASH(`page`) BUCKETS 2 PROPERTIES ( "replication_num" = "1", "bloom_filter_columns" = "page" ) |
+--------+---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+

DESC copy.visits;
----
+-------+-------------+------+-------+---------+---------+
| Field | Type        | Null | Key   | Default | Extra   |
+-------+-------------+------+-------+---------+---------+
| page  | varchar(20) | NO   | true  | NULL    |         |
| day   | date        | NO   | true  | NULL    |         |
| views | bigint      | YES  | false | 0       | SUM     |
| last  | varchar(9)  | YES  | false | NULL    | REPLACE |
+-------+-------------+------+-------+---------+---------+

-- Each of these tables differs in another way from the one in the snapshot.
DROP TABLE member;
----
OK

CREATE TABLE member (id INT NOT NULL, name VARCHAR(9), n INT) UNIQUE KEY (id) DISTRIBUTED BY HASH (id);
----
OK

RESTORE SNAPSHOT models FROM r DATABASE site ON (member) PROPERTIES ("backup_timestamp" = "{timestamp r.models}");
----
OK

SHOW RESTORE FROM site;
----
+-------+--------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+-----------------------------------------------------------------------------+---------+
| JobId | Label  | Timestamp               | DbName | State     | AllowLoad | ReplicationNum | RestoreObjs | CreateTime          | MetaPreparedTime    | SnapshotFinishedTime | DownloadFinishedTime | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status                                                                      | Timeout |
+-------+--------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+-----------------------------------------------------------------------------+---------+
| 10004 | models | yyyy-MM-dd-HH-mm-ss-SSS | site   | CANCELLED | false     | 3              | member      | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss | NULL                 | NULL                 | yyyy-MM-dd HH:mm:ss |                 |          |            | [COMMON_ERROR, msg: Table member already exist but with different key type] | 86400   |
+-------+--------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+-----------------------------------------------------------------------------+---------+

DROP TABLE visits;
----
OK

CREATE TABLE visits (page VARCHAR(20) NOT NULL, day DATE NOT NULL, views BIGINT MAX DEFAULT "0", last VARCHAR(9) REPLACE) AGGREGATE KEY (page, day) PARTITION BY RANGE (day) (PARTITION p1 VALUES LESS THAN ("2026-02-01"), PARTITION p2 VALUES LESS THAN ("2026-03-01")) DISTRIBUTED BY HASH (page) BUCKETS 2 PROPERTIES ("bloom_filter_columns" = "page");
----
OK

RESTORE SNAPSHOT models FROM r DATABASE site ON (visits) PROPERTIES ("backup_timestamp" = "{timestamp r.models}");
----
OK

SHOW RESTORE FROM site;
----
+-------+--------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------------------------------------------------------------------------------------------------------------------------------------------------------------------------+---------+
| JobId | Label  | Timestamp               | DbName | State     | AllowLoad | ReplicationNum | RestoreObjs | CreateTime          | MetaPreparedTime    | SnapshotFinishedTime | DownloadFinishedTime | FinishedTime        | UnfinishedTasks | Progress | TaskErrMsg | Status                                                                                                                                                                   | Timeout |
+-------+--------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------------------------------------------------------------------------------------------------------------------------------------------------------------------------+---------+
| 10005 | models | yyyy-MM-dd-HH-mm-ss-SSS | site   | CANCELLED | false     | 3              | visits      | yyyy-MM-dd HH:mm:ss | yyyy-MM-dd HH:mm:ss | NULL                 | NULL                 | yyyy-MM-dd HH:mm:ss |                 |          |            | [COMMON_ERROR, msg: Table visits already exist but with different schema, column: views in existed table is different from the column in backup snapshot, column: views] | 86400   |
+-------+--------+-------------------------+--------+-----------+-----------+----------------+-------------+---------------------+---------------------+----------------------+----------------------+---------------------+-----------------+----------+------------+--------------------------------------------------------------------------------------------------------------------------------------------------------------------------+---------+

CREATE TABLE t (a INT, b INT) AGGREGATE KEY (a);
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: AGG_KEYS table should specify aggregate type for non-key column[b]

UPDATE copy.visits SET views = 0;
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: table visits does not support update

DELETE FROM copy.visits WHERE views = 0;
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Column[views] is not key column or storage model is not duplicate or column type is float or double.
