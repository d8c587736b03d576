-- Accounts, settings and what the server tells of itself.
CREATE USER ann IDENTIFIED BY 'long enough 1', bea IDENTIFIED WITH mysql_native_password BY 'long enough 2';
----
OK

GRANT REPOSITORY ON SYSTEM TO USER ann;
----
OK

SHOW GRANTS FOR ann;
----
+-----------------------------------------+
| Grants for ann@%                        |
+-----------------------------------------+
| GRANT USAGE ON *.* TO `ann`@`%`         |
| GRANT REPOSITORY ON SYSTEM TO `ann`@`%` |
+-----------------------------------------+

SHOW CREATE USER bea;
----
+---------------------------------------------------------------+
| CREATE USER for bea@%                                         |
+---------------------------------------------------------------+
| CREATE USER `bea`@`%` IDENTIFIED WITH 'mysql_native_password' |
+---------------------------------------------------------------+

SHOW USERS;
----
+------------+
| User       |
+------------+
| 'ann'@'%'  |
| 'bea'@'%'  |
| 'root'@'%' |
+------------+

REVOKE REPOSITORY ON SYSTEM FROM USER ann;
----
OK

SHOW GRANTS FOR ann;
----
+---------------------------------+
| Grants for ann@%                |
+---------------------------------+
| GRANT USAGE ON *.* TO `ann`@`%` |
+---------------------------------+

ALTER USER ann IDENTIFIED BY 'long enough 3';
----
OK

CREATE USER ann IDENTIFIED BY 'long enough 3';
----
ERROR 1396 (HY000): Operation CREATE USER failed for 'ann'@'%'. SELECT User FROM mysql.user lists the accounts.

DROP USER ann, bea;
----
OK

ADMIN SHOW FRONTEND CONFIG LIKE 'upload_worker_count';
----
+---------------------+------------+-------+------+-----------+------------------------------------------------------+
| Key                 | AliasNames | Value | Type | IsMutable | Comment                                              |
+---------------------+------------+-------+------+-----------+------------------------------------------------------+
| upload_worker_count | []         | 0     | int  | true      | Files that a backup uploads at once; 0 for automatic |
+---------------------+------------+-------+------+-----------+------------------------------------------------------+

ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "3");
----
OK

ADMIN SHOW FRONTEND CONFIG LIKE 'upload_worker_count';
----
+---------------------+------------+-------+------+-----------+------------------------------------------------------+
| Key                 | AliasNames | Value | Type | IsMutable | Comment                                              |
+---------------------+------------+-------+------+-----------+------------------------------------------------------+
| upload_worker_count | []         | 3     | int  | true      | Files that a backup uploads at once; 0 for automatic |
+---------------------+------------+-------+------+-----------+------------------------------------------------------+

SHOW VARIABLES LIKE 'version_comment';
----
+-----------------+------------------------+
| Variable_name   | Value                  |
+-----------------+------------------------+
| version_comment | Holdfast backup server |
+-----------------+------------------------+

SHOW ENGINES;
----
+--------+---------+------------------------------+--------------+----+------------+
| Engine | Support | Comment                      | Transactions | XA | Savepoints |
+--------+---------+------------------------------+--------------+----+------------+
| InnoDB | DEFAULT | The embedded engine (DuckDB) | YES          | NO | YES        |
| OLAP   | YES     | The embedded engine (DuckDB) | YES          | NO | YES        |
+--------+---------+------------------------------+--------------+----+------------+

SHOW MASTER STATUS;
----
+------+----------+--------------+------------------+-------------------+
| File | Position | Binlog_Do_DB | Binlog_Ignore_DB | Executed_Gtid_Set |
+------+----------+--------------+------------------+-------------------+

SHOW TRIGGERS;
----
+---------+-------+-------+-----------+--------+---------+----------+---------+----------------------+----------------------+--------------------+
| Trigger | Event | Table | Statement | Timing | Created | sql_mode | Definer | character_set_client | collation_connection | Database Collation |
+---------+-------+-------+-----------+--------+---------+----------+---------+----------------------+----------------------+--------------------+

FLUSH TABLES;
----
OK

-- only a comment
----
OK

EXPLAIN DELETE FROM t;
----
ERROR 1046 (3D000): No database selected
