-- What one login remembers.
CREATE DATABASE d;
----
OK, 1 rows affected

SELECT DATABASE();
----
+------------+
| DATABASE() |
+------------+
| NULL       |
+------------+

USE d;
----
OK

SELECT DATABASE(), CURRENT_USER();
----
+------------+----------------+
| DATABASE() | CURRENT_USER() |
+------------+----------------+
| d          | root@%         |
+------------+----------------+

CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20));
----
OK

INSERT INTO t (name) VALUES ('a'), ('b');
----
OK, 2 rows affected

SELECT LAST_INSERT_ID(), ROW_COUNT();
----
+------------------+-------------+
| LAST_INSERT_ID() | ROW_COUNT() |
+------------------+-------------+
| 1                | 2           |
+------------------+-------------+

SELECT SQL_CALC_FOUND_ROWS name FROM t ORDER BY id LIMIT 1;
----
+------+
| name |
+------+
| a    |
+------+

SELECT FOUND_ROWS();
----
+--------------+
| FOUND_ROWS() |
+--------------+
| 2            |
+--------------+

SET @x = 40 + 2, @y = 'text', @z = NULL;
----
OK

SELECT @x, @y, @z, @ghost;
----
+----+------+------+--------+
| @x | @y   | @z   | @ghost |
+----+------+------+--------+
| 42 | text | NULL | NULL   |
+----+------+------+--------+

SET pipeline_dop = 1;
----
OK

SHOW WARNINGS;
----
+---------+------+----------------------------------------------------+
| Level   | Code | Message                                            |
+---------+------+----------------------------------------------------+
| Warning | 1193 | Unknown system variable 'pipeline_dop' was ignored |
+---------+------+----------------------------------------------------+

SET ghost_variable = 1;
----
ERROR 1193 (HY000): Unknown system variable 'ghost_variable'

SELECT * FROM ghost;
----
ERROR 1146 (42S02): Table 'd.ghost' doesn't exist

SHOW WARNINGS;
----
+-------+------+-------------------------------+
| Level | Code | Message                       |
+-------+------+-------------------------------+
| Error | 1146 | Table 'd.ghost' doesn't exist |
+-------+------+-------------------------------+

SHOW COUNT(*) ERRORS;
----
+-----------------------+
| @@session.error_count |
+-----------------------+
| 1                     |
+-----------------------+

PREPARE s FROM 'SELECT name FROM t WHERE id = ?';
----
OK

SET @id = 2;
----
OK

EXECUTE s USING @id;
----
+------+
| name |
+------+
| b    |
+------+

DEALLOCATE PREPARE s;
----
OK

EXECUTE s USING @id;
----
ERROR 1243 (HY000): Unknown prepared statement handler (s) given to EXECUTE

BEGIN;
----
OK

INSERT INTO t (name) VALUES ('c');
----
OK, 1 rows affected

ROLLBACK;
----
OK

SET autocommit = 0;
----
OK

INSERT INTO t (name) VALUES ('d');
----
OK, 1 rows affected

SET autocommit = 1;
----
OK

ROLLBACK;
----
OK

SELECT name FROM t ORDER BY id;
----
+------+
| name |
+------+
| a    |
| b    |
| d    |
+------+

SET sql_mode = 'ANSI_QUOTES';
----
OK

SELECT "name" FROM t ORDER BY "id" DESC LIMIT 1;
----
+------+
| name |
+------+
| d    |
+------+

SET sql_mode = DEFAULT;
----
OK

SELECT "name" LIMIT 1;
----
+------+
| name |
+------+
| name |
+------+

SET NAMES latin1;
----
OK

SHOW VARIABLES LIKE 'character_set_c%';
----
+--------------------------+--------+
| Variable_name            | Value  |
+--------------------------+--------+
| character_set_client     | latin1 |
| character_set_connection | latin1 |
+--------------------------+--------+

SET time_zone = '+02:00';
----
OK

SELECT @@time_zone, @@session.autocommit, @@global.autocommit;
----
+-------------+----------------------+---------------------+
| @@time_zone | @@session.autocommit | @@global.autocommit |
+-------------+----------------------+---------------------+
| +02:00      | 1                    | 1                   |
+-------------+----------------------+---------------------+

-- A value that is computed for SET leaves the transaction as it is, also one that it begins.
BEGIN;
----
OK

SET @sum = 1 + 1;
----
OK

SELECT @sum;
----
+------+
| @sum |
+------+
| 2    |
+------+

SELECT COUNT(*) > 0 FROM information_schema.tables;
----
+--------------+
| COUNT(*) > 0 |
+--------------+
| 1            |
+--------------+

SELECT COUNT(*) > 0 FROM information_schema.columns;
----
+--------------+
| COUNT(*) > 0 |
+--------------+
| 1            |
+--------------+

COMMIT;
----
OK
