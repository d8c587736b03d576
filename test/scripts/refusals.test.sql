-- What a mistake is answered with.
CREATE DATABASE shop;
----
OK, 1 rows affected

CREATE TABLE shop.item (id INT PRIMARY KEY);
----
OK

BACKUP SNAPSHOT shop.x TO r;
----
ERROR 5064 (42000): Getting analyzing error. Detail message: Repository [r] does not exist. SHOW REPOSITORIES lists those that are there.

CREATE REPOSITORY r WITH BROKER ON LOCATION "{place}";
----
OK

CREATE REPOSITORY r WITH BROKER ON LOCATION "{place}";
----
ERROR 5064 (42000): Failed to create repository: repository with same name already exist: r. Choose another name, or DROP REPOSITORY first, which leaves its snapshots where they are.

CREATE REPOSITORY `1-2` WITH BROKER ON LOCATION "{place}";
----
ERROR 5063 (42000): Incorrect repository name '1-2'. Use letters, digits and underscores, a letter first, 64 at most.

CREATE REPOSITORY x WITH BROKER ON LOCATION "";
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: You must specify a location on the repository.

CREATE REPOSITORY x WITH BROKER ghost ON LOCATION "{place}";
----
ERROR 5064 (42000): Getting analyzing error. Detail message: broker does not exist: ghost. SHOW BROKER lists the names; WITH BROKER without one is the built-in client.

CREATE REPOSITORY x WITH BROKER ON LOCATION "ftp://host/x";
----
ERROR 1064 (HY000): bad location: its scheme 'ftp' is unknown. Use one of file, hdfs, s3a, s3, s3n, gs, oss, cosn, wasb, wasbs, abfs, abfss.

BACKUP SNAPSHOT nowhere.x TO r;
----
ERROR 5501 (3F000): Unknown database 'nowhere'. SHOW DATABASES lists those that are there.

BACKUP SNAPSHOT x TO r;
----
ERROR 1046 (3D000): No database selected

BACKUP SNAPSHOT shop.x TO r ON (ghost);
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Incorrect table name 'ghost'. SHOW FULL TABLES lists those that are there.

BACKUP SNAPSHOT shop.x TO r ON (item, item);
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Duplicated table: item.

BACKUP SNAPSHOT shop.x TO r ON (item PARTITION (p1));
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: partition[p1] does not exist  in tableitem. It has no partitions.

BACKUP SNAPSHOT shop.x TO r ON (FUNCTION f);
----
ERROR 5064 (42000): Invalid backup function(s), function name: f. SHOW FUNCTIONS lists those that are there.

BACKUP SNAPSHOT shop.x TO r PROPERTIES ("timeout" = "1h");
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Invalid timeout format: 1h. Give whole seconds, 600 at least: "timeout" = "3600".

BACKUP SNAPSHOT shop.x TO r PROPERTIES ("timeout" = "599");
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: timeout must be at least 10 min. Give whole seconds, 600 at least: "timeout" = "3600".

BACKUP SNAPSHOT shop.x TO r PROPERTIES ("type" = "half");
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Invalid backup job type: half. Leave "type" out: every backup stores only the rows that no snapshot of the repository has yet.

BACKUP SNAPSHOT shop.x TO r PROPERTIES ("type" = "INCREMENTAL");
----
ERROR 5064 (42000): Currently does not support incremental backup. Leave "type" out: every backup stores only the rows that no snapshot of the repository has yet.

BACKUP SNAPSHOT shop.x TO r PROPERTIES ("speed" = "high");
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Unknown backup job properties: [speed]. Known are type, content, timeout, ttl.

BACKUP SNAPSHOT shop.x TO r PROPERTIES ("ttl" = "7d");
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Invalid ttl: '7d'. Expected a duration such as 7 DAY, 12 HOUR or 1 MONTH.

BACKUP SNAPSHOT shop.x TO;
----
ERROR 1064 (HY000): Getting syntax error at line 1, column 25. Detail message: Unexpected input '<EOF>', the most similar input is {a legal identifier}.

BACKUP SNAPSHOT shop.x TO r PROPERTIES ();
----
ERROR 1064 (HY000): Getting syntax error at line 1, column 40. Detail message: Unexpected input ')', the most similar input is {a legal identifier, a string}.

BACKUP DATABASE shop SNAPSHOT shop.x TO r;
----
ERROR 1064 (HY000): Getting syntax error. Detail message: Unsupported operation DATABASE clause together with a database in the snapshot name of BACKUP.

BACKUP SNAPSHOT a.b.c.d TO r;
----
ERROR 1064 (HY000): Getting syntax error at line 1, column 21. Detail message: Unexpected input '.', the most similar input is {'TO'}.

RESTORE SNAPSHOT shop.x FROM r;
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Missing backup_timestamp property. SHOW SNAPSHOT ON r lists each snapshot with its Timestamp.

RESTORE SNAPSHOT shop.x FROM ghost PROPERTIES ("backup_timestamp" = "2026-01-01-00-00-00-000");
----
ERROR 5064 (42000): Getting analyzing error. Detail message: Repository [ghost] does not exist. SHOW REPOSITORIES lists those that are there.

RESTORE SNAPSHOT shop.x FROM r PROPERTIES ("backup_timestamp" = "2026-01-01-00-00-00-000");
----
ERROR 5064 (42000): Failed to get info of snapshot 'x' because: Expected one file with path: __holdfast_repository_r/snapshots/x/2026-01-01-00-00-00-000/manifest.json. get: 0. Maybe specified wrong backup timestamp. SHOW SNAPSHOT ON the repository lists each snapshot with its Timestamp.

RESTORE SNAPSHOT x FROM r ON (item) PROPERTIES ("backup_timestamp" = "2026-01-01-00-00-00-000");
----
ERROR 1064 (HY000): Getting syntax error. Detail message: No selected database. Name it before the snapshot or with DATABASE to use the ON clause of RESTORE.

CANCEL BACKUP FROM shop;
----
ERROR 5064 (42000): No backup job is currently running. SHOW BACKUP tells how the last ones ended.

CANCEL RESTORE FROM shop;
----
ERROR 5064 (42000): No restore is currently running. SHOW RESTORE tells how the last ones ended.

CANCEL BACKUP;
----
ERROR 1064 (HY000): Getting syntax error. Detail message: No selected database. Name it with FROM, or say FOR EXTERNAL CATALOG.

SHOW BACKUP FROM nowhere;
----
ERROR 5501 (3F000): Unknown database 'nowhere'. SHOW DATABASES lists those that are there.

SHOW SNAPSHOT ON ghost;
----
ERROR 5064 (42000): Getting analyzing error. Detail message: Repository [ghost] does not exist. SHOW REPOSITORIES lists those that are there.

SHOW SNAPSHOT ON r WHERE TIMESTAMP = 'x';
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Where clause should looks like: SNAPSHOT = 'your_snapshot_name' [AND TIMESTAMP = '2018-04-18-19-19-10'].

DROP SNAPSHOT ghost ON r;
----
ERROR 5064 (42000): Snapshot does not exist in repository r: ghost. SHOW SNAPSHOT ON r lists each snapshot with its Timestamp.

DROP REPOSITORY ghost;
----
ERROR 5064 (42000): Repository does not exist. SHOW REPOSITORIES lists those that are there.

SHOW CREATE REPOSITORY FOR ghost;
----
ERROR 5064 (42000): repository not exist. SHOW REPOSITORIES lists those that are there.

SET CATALOG ghost;
----
ERROR 5061 (42000): Unknown catalog 'ghost'. SHOW CATALOGS lists those that are there.

ADMIN SET FRONTEND CONFIG ("upload_worker_coun" = "1");
----
ERROR 1064 (HY000): Config 'upload_worker_coun' does not exist. Did you mean 'upload_worker_count'?

ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "1000");
----
ERROR 1231 (42000): Config 'upload_worker_count' cannot be '1000': it must be a whole number from 0 to 64

DROP USER ghost;
----
ERROR 1396 (HY000): Operation DROP USER failed for 'ghost'@'%'. SELECT User FROM mysql.user lists the accounts.

SELECT ghost FROM shop.item;
----
ERROR 1054 (42S22): Unknown column 'ghost' in 'field list'

SELECT * FROM shop.ghost;
----
ERROR 1146 (42S02): Table 'shop.ghost' doesn't exist

INSERT INTO shop.item VALUES (NULL);
----
ERROR 1048 (23000): Column 'id' cannot be null

INSERT INTO shop.item VALUES (1), (1);
----
ERROR 1062 (23000): Duplicate entry '1' for key 'item.PRIMARY'

CREATE DATABASE parts;
----
OK, 1 rows affected

CREATE TABLE parts.t (k INT) DUPLICATE KEY(k) PARTITION BY RANGE(k) (PARTITION p VALUES LESS THAN ("10")) DISTRIBUTED BY RANDOM;
----
OK

ALTER TABLE parts.t ADD TEMPORARY PARTITION tp VALUES LESS THAN ("10");
----
OK

BACKUP SNAPSHOT parts.l TO r;
----
ERROR 5064 (42000): Do not support backing up table with temp partitions

BACKUP SNAPSHOT parts.l TO r ON (t TEMPORARY PARTITION (tp));
----
ERROR 1064 (HY000): Getting analyzing error. Detail message: Do not support backing up temp partitions.

frobnicate;
----
ERROR 1064 (42000): You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'frobnicate' at line 1
