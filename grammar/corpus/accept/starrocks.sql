-- create_repository
CREATE REPOSITORY test_repo WITH BROKER ON LOCATION "hdfs://<hdfs_host>:<hdfs_port>/repo_dir/backup"
PROPERTIES("username" = "<hdfs_username>", "password" = "<hdfs_password>");

-- create_repository
CREATE REPOSITORY test_repo
WITH BROKER
ON LOCATION "s3a://bucket_s3/backup"
PROPERTIES(
    "aws.s3.access_key" = "XXXXXXXXXXXXXXXXX",
    "aws.s3.secret_key" = "yyyyyyyyyyyyyyyyyyyyyyyy",
    "aws.s3.endpoint" = "s3.us-east-1.amazonaws.com"
);

-- create_repository
CREATE REPOSITORY test_repo WITH BROKER ON LOCATION "s3a://bucket_s3/backup" PROPERTIES(
    "aws.s3.use_instance_profile" = "true", "aws.s3.region" = "us-east-1");

-- create_repository
CREATE REPOSITORY test_repo WITH BROKER ON LOCATION "s3a://bucket_s3/backup" PROPERTIES(
    "aws.s3.use_instance_profile" = "true",
    "aws.s3.iam_role_arn" = "arn:aws:iam::xxxxxxxxxx:role/yyyyyyyy",
    "aws.s3.region" = "us-east-1");

-- create_repository
CREATE REPOSITORY test_repo WITH BROKER ON LOCATION "s3a://bucket_gcs/backup" PROPERTIES(
    "fs.s3a.access.key" = "xxxxxxxxxxxxxxxxxxxx", "fs.s3a.secret.key" = "yyyyyyyyyyyyyyyyyyyy",
    "fs.s3a.endpoint" = "storage.googleapis.com");

-- create_repository
CREATE REPOSITORY test_repo WITH BROKER ON LOCATION "oss://bucket_oss/backup" PROPERTIES(
    "fs.oss.accessKeyId" = "xxxxxxxxxxxxxxxxxxxxxxxxxx", "fs.oss.accessKeySecret" = "yyyyyyyyyyyyyyyyyyyy",
    "fs.oss.endpoint" = "oss-cn-zhangjiakou-internal.aliyuncs.com");

-- create_repository
CREATE REPOSITORY test_repo WITH BROKER ON LOCATION "cosn://bucket_cos/backup" PROPERTIES(
    "fs.cosn.userinfo.secretId" = "xxxxxxxxxxxxxxxxx", "fs.cosn.userinfo.secretKey" = "yyyyyyyyyyyyyyyy",
    "fs.cosn.bucket.endpoint_suffix" = "cos.ap-beijing.myqcloud.com");

-- create_repository
create read only repository `hdfs-repo` with broker hdfs_broker on location 'hdfs://h:1/x'

-- create_repository
CREATE REPOSITORY 1repo WITH BROKER "my broker" ON LOCATION '/x'

-- drop_repository
DROP REPOSITORY test_repo;

-- show_repositories
SHOW REPOSITORIES;

-- backup
BACKUP SNAPSHOT sr_hub.sr_member_backup
TO test_repo
ON (sr_member);

-- backup
BACKUP SNAPSHOT db . -- a comment
 snap TO repository

-- backup
BACKUP SNAPSHOT db.1s TO r ON (t1 PARTITION (p1, "p 2"), t2 PARTITIONS p3, p4, t3 TEMPORARY PARTITION p5)

-- backup
BACKUP SNAPSHOT db.s TO r ON (t1 PARTITION p1, t2 PARTITION p2, TABLE t3, VIEW v)

-- backup
BACKUP DATABASE d SNAPSHOT s TO r ON (ALL TABLES, ALL MATERIALIZED VIEWS, ALL VIEWS, ALL FUNCTIONS)

-- backup
BACKUP DATABASE d SNAPSHOT s TO r ON (TABLES d.t, MATERIALIZED VIEW mv, VIEW v1, v2, FUNCTION f, FUNCTIONS g)

-- backup
BACKUP SNAPSHOT backup TO snapshot ON (view, views, tables, materialized, properties)

-- backup
BACKUP ALL EXTERNAL CATALOGS SNAPSHOT s TO r

-- backup
BACKUP EXTERNAL CATALOG (hive) SNAPSHOT s TO r

-- backup
BACKUP EXTERNAL CATALOGS (hive, iceberg) SNAPSHOT s TO r PROPERTIES ("ttl" = "7 DAY")

-- backup
/* a */ BACKUP SNAPSHOT `select`.`a``b` TO `to` PROPERTIES ("type" = "full", 'timeout' = '3600') ;;

-- backup
BACKUP SNAPSHOT 数据.快照 TO répo

-- restore
RESTORE SNAPSHOT sr_hub.sr_member_backup FROM test_repo ON (sr_member)
PROPERTIES ("backup_timestamp"="2023-02-07-14-45-53-143", "replication_num" = "1");

-- restore
RESTORE SNAPSHOT s FROM r DATABASE d AS e ON (t1 PARTITION (p1) AS t9, ALL VIEWS, FUNCTION f AS g)
PROPERTIES ("backup_timestamp" = "x")

-- restore
RESTORE SNAPSHOT s FROM r PROPERTIES ("backup_timestamp" = "x")

-- restore
RESTORE SNAPSHOT s FROM r ALL EXTERNAL CATALOGS

-- restore
RESTORE SNAPSHOT s FROM r EXTERNAL CATALOGS (a, b AS c)

-- show_backup
SHOW BACKUP

-- show_backup
SHOW BACKUP FROM example_db

-- show_backup
SHOW BACKUP IN d WHERE State = 'FINISHED' ORDER BY CreateTime DESC, JobId LIMIT 10

-- show_restore
SHOW RESTORE

-- show_restore
SHOW RESTORE FROM d WHERE Label IN ('a', 'b') LIMIT 5, 10

-- cancel
CANCEL BACKUP FROM example_db;

-- cancel
CANCEL RESTORE IN d

-- cancel
CANCEL BACKUP FOR EXTERNAL CATALOG

-- show_snapshot
SHOW SNAPSHOT ON test_repo;

-- show_snapshot
SHOW SNAPSHOT ON r WHERE SNAPSHOT = "sr_member_backup" AND TIMESTAMP = "2023-02-07-14-45-53-143"

-- show_snapshot
SHOW SNAPSHOT ON r WHERE snapshot IN ("a", 'b') ORDER BY Timestamp LIMIT 3 OFFSET 6

-- show_snapshot
SHOW SNAPSHOT ON r WHERE (Snapshot LIKE '%ORDER BY%' /* LIMIT */ OR `LIMIT` = 1) -- end

-- drop_snapshot
DROP SNAPSHOT s ON r

-- drop_snapshot
DROP SNAPSHOT `a b` ON r FORCE

-- create_catalog
CREATE EXTERNAL CATALOG prod COMMENT "the shop" PROPERTIES ("type" = "mysql", "host" = "db", "password" = "x")

-- create_catalog
CREATE EXTERNAL CATALOG IF NOT EXISTS prod PROPERTIES ("type" = "jdbc", "jdbc_uri" = "jdbc:mysql://h:3306")

-- alter_catalog
ALTER CATALOG prod SET ("password" = "y")

-- drop_catalog
DROP CATALOG IF EXISTS prod

-- show_catalogs
SHOW CATALOGS LIKE 'p%'

-- show_create_catalog
SHOW CREATE CATALOG prod

-- set_catalog
SET CATALOG prod

-- show_broker
SHOW BROKER;

-- admin_show_config
ADMIN SHOW FRONTEND CONFIG LIKE '%worker%'

-- admin_show_config
ADMIN SHOW FRONTEND CONFIG

-- admin_set_config
ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "4")

-- admin_set_config
ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "4") WITH PERSISTENT
