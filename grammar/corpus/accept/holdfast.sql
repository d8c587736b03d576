-- backup
BACKUP SNAPSHOT prod.shop.nightly TO r ON (orders)

-- backup
BACKUP DATABASE prod.shop SNAPSHOT nightly TO r

-- restore
RESTORE SNAPSHOT nightly FROM r DATABASE prod.shop AS shop2

-- show_backup
SHOW BACKUP FROM prod.shop

-- cancel
CANCEL RESTORE FROM prod.shop

-- explain_restore
EXPLAIN RESTORE SNAPSHOT shop.nightly FROM r PROPERTIES ("backup_timestamp" = "x")

-- verify_snapshot
VERIFY SNAPSHOT nightly ON r AT '2026-01-02-03-04-05-678' FULL

-- verify_snapshot
VERIFY SNAPSHOT nightly ON r

-- check_repository
CHECK REPOSITORY r

-- check_repository
CHECK REPOSITORY `r` WITH BENCHMARK

-- clean_repository
CLEAN REPOSITORY r

-- clean_repository
CLEAN REPOSITORY `r` FORCE

-- create_catalog
CREATE CATALOG c PROPERTIES ("type" = "mysql")

-- drop_catalog
DROP EXTERNAL CATALOG c

-- alter_catalog
ALTER EXTERNAL CATALOG c PROPERTIES ("password" = "p", "port" = "3307")

-- backup_metadata
BACKUP METADATA

-- backup_metadata
BACKUP METADATA SYSTEM FROM STORE kylin TO '/b' FOLDER 'f' FORMAT KYLIN5_ALPHA COMPRESS EXCLUDE TABLE_EXD WITHOUT SEGMENTS ASYNC

-- backup_metadata
BACKUP METADATA PROJECT 'my project' FORMAT KYLIN5 WITH SEGMENTS

-- backup_metadata
BACKUP METADATA CUBE c IN PROJECT p TO '/b'

-- backup_metadata
BACKUP METADATA MODEL m

-- backup_metadata
BACKUP METADATA PROJECT p FROM STORE kylin TO repo FOLDER 'f'

-- backup_metadata
BACKUP METADATA FROM '/b' TO '/c' FORMAT KYLIN5

-- backup_metadata
BACKUP METADATA PROJECT p FROM vault FOLDER 'f' TO '/c' FOLDER 'g' COMPRESS

-- restore_metadata
RESTORE METADATA FROM '/b'

-- restore_metadata
RESTORE METADATA PROJECT p FROM repo FOLDER 'f' INTO STORE kylin DRY RUN

-- restore_metadata
RESTORE METADATA PROJECT p FROM '/b' INTO STORE kylin AFTER TRUNCATE OVERWRITE TABLES DRY RUN FORCE ASYNC

-- restore_metadata
RESTORE METADATA CUBE c IN PROJECT p FROM '/b'

-- rollback_metadata
ROLLBACK METADATA PROJECT p TO TIMESTAMP '2026-01-02 03:04:05' DRY RUN FORCE

-- verify_metadata
VERIFY METADATA FROM '/b'

-- verify_metadata
VERIFY METADATA FROM repo FOLDER 'f'

-- list_metadata
LIST METADATA '/' FROM repo FOLDER 'f'

-- list_metadata
LIST METADATA '/_global' FROM STORE kylin

-- cat_metadata
CAT METADATA '/_global/project/p.json' FROM '/b'

-- cancel_metadata
CANCEL METADATA JOB 17

-- show_metadata
SHOW METADATA BACKUPS

-- show_metadata
SHOW METADATA BACKUPS FROM repo LIKE '2026%' LIMIT 5

-- show_metadata
SHOW METADATA AUDIT LOG FOR '/p/model/x' ORDER BY id DESC LIMIT 5

-- show_metadata
SHOW METADATA EPOCHS

-- show_metadata
SHOW METADATA STORES LIKE 'k%'

-- show_frontends
SHOW FRONTENDS

-- show_frontends
SHOW FRONTENDS WHERE `Alive` = 'true'

-- set_maintenance
SET METADATA MAINTENANCE ON REASON 'metastore tool'

-- set_maintenance
SET METADATA MAINTENANCE OFF FORCE

-- create_metadata_store
CREATE METADATA STORE s URL 'kylin_metadata@jdbc,url=jdbc:mysql://h:3306/k,username=u,password=p'

-- drop_metadata_store
DROP METADATA STORE s
