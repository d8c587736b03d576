-- create_repository
CREATE REPOSITORY `s3_repo` WITH S3 ON LOCATION "s3://bucket/path"
PROPERTIES ("s3.endpoint" = "e", "s3.access_key" = "a", "s3.secret_key" = "b");

-- create_repository
CREATE REPOSITORY r WITH HDFS ON LOCATION "hdfs://h/p" PROPERTIES ("fs.defaultFS" = "hdfs://h")

-- create_repository
CREATE REPOSITORY r WITH LOCAL ON LOCATION "/tmp/x"

-- alter_repository
ALTER REPOSITORY r PROPERTIES ("s3.session_token" = "t")

-- show_create_repository
SHOW CREATE REPOSITORY FOR r

-- backup
BACKUP SNAPSHOT d.s TO r EXCLUDE (t1, t2 PARTITION (p)) PROPERTIES (type = incremental, "timeout" = 3600)

-- restore
RESTORE SNAPSHOT s FROM r EXCLUDE (t)

-- restore
RESTORE SNAPSHOT d.s FROM r ON (t1 PARTITION p1 t9, t2 u2)
PROPERTIES ("backup_timestamp" = "x", "clean_tables" = true, reserve_replica = TRUE, "replication_num" = -1)

-- backup_global
BACKUP GLOBAL SNAPSHOT s TO r PROPERTIES ("backup_privilege" = "true")

-- restore_global
RESTORE GLOBAL SNAPSHOT s FROM r

-- cancel
CANCEL GLOBAL BACKUP

-- show_restore
SHOW GLOBAL RESTORE

-- show_backup
SHOW BACKUP FROM d LIKE "a%"

-- show_restore
SHOW BRIEF RESTORE FROM d WHERE Label = "x"

-- show_snapshot
SHOW SNAPSHOT ON r WHERE SNAPSHOT = "a" AND TIMESTAMP = "b" AND SNAPSHOTTYPE = "remote"
