-- Temporary tables are shown by their names and listed nowhere.
CREATE DATABASE d;
----
OK, 1 rows affected

USE d;
----
OK

CREATE TABLE t (id INT PRIMARY KEY);
----
OK

CREATE TEMPORARY TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(5) NOT NULL, KEY k (a));
----
OK

INSERT INTO t (a) VALUES ('x'), ('y');
----
OK, 2 rows affected

SHOW CREATE TABLE t;
----
+-------+-----------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+
| Table | Create Table                                                                                                                                                                                                          |
+-------+-----------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+
| t     | CREATE TEMPORARY TABLE `t` (   `id` int NOT NULL AUTO_INCREMENT,   `a` varchar(5) NOT NULL,   PRIMARY KEY (`id`),   KEY `k` (`a`) ) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci |
+-------+-----------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------+

DESCRIBE t;
----
+-------+------------+------+-----+---------+----------------+
| Field | Type       | Null | Key | Default | Extra          |
+-------+------------+------+-----+---------+----------------+
| id    | int        | NO   | PRI | NULL    | auto_increment |
| a     | varchar(5) | NO   | MUL | NULL    |                |
+-------+------------+------+-----+---------+----------------+

SHOW INDEX FROM d.t;
----
+-------+------------+----------+--------------+-------------+-----------+-------------+----------+--------+------+------------+---------+---------------+---------+------------+
| Table | Non_unique | Key_name | Seq_in_index | Column_name | Collation | Cardinality | Sub_part | Packed | Null | Index_type | Comment | Index_comment | Visible | Expression |
+-------+------------+----------+--------------+-------------+-----------+-------------+----------+--------+------+------------+---------+---------------+---------+------------+
| t     | 0          | PRIMARY  | 1            | id          | A         | 0           | NULL     | NULL   |      | BTREE      |         |               | YES     | NULL       |
| t     | 1          | k        | 1            | a           | A         | 0           | NULL     | NULL   |      | BTREE      |         |               | YES     | NULL       |
+-------+------------+----------+--------------+-------------+-----------+-------------+----------+--------+------+------------+---------+---------------+---------+------------+

CREATE TEMPORARY TABLE u AS SELECT * FROM t WHERE id > 1;
----
OK, 1 rows affected

SHOW TABLES;
----
+-------------+
| Tables_in_d |
+-------------+
| t           |
+-------------+

SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'd';
----
+------------+-------------+
| TABLE_NAME | COLUMN_NAME |
+------------+-------------+
| t          | id          |
+------------+-------------+

CREATE TEMPORARY TABLE IF NOT EXISTS u (a INT);
----
OK

SHOW WARNINGS;
----
+-------+------+--------------------------+
| Level | Code | Message                  |
+-------+------+--------------------------+
| Note  | 1050 | Table 'u' already exists |
+-------+------+--------------------------+

CHECK TABLE u;
----
+-------+-------+----------+----------+
| Table | Op    | Msg_type | Msg_text |
+-------+-------+----------+----------+
| d.u   | check | status   | OK       |
+-------+-------+----------+----------+

DROP TEMPORARY TABLE IF EXISTS u, v;
----
OK

DROP TABLE t;
----
OK

SHOW CREATE TABLE t;
----
+-------+---------------------------------------------------------------------------------------------------------------------------------+
| Table | Create Table                                                                                                                    |
+-------+---------------------------------------------------------------------------------------------------------------------------------+
| t     | CREATE TABLE `t` (   `id` int NOT NULL,   PRIMARY KEY (`id`) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci |
+-------+---------------------------------------------------------------------------------------------------------------------------------+

CREATE VIEW v AS SELECT * FROM t;
----
OK
