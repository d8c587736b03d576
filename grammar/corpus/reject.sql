BACKUP SNAPSHOT TO r
----
Getting syntax error at line 1, column 16. Detail message: Unexpected input 'TO', the most similar input is {a legal identifier}.

BACKUP SNAPSHOT a.b.c.d TO r
----
Getting syntax error at line 1, column 21. Detail message: Unexpected input '.', the most similar input is {'TO'}.

BACKUP SNAPSHO a TO r
----
Getting syntax error at line 1, column 7. Detail message: Unexpected input 'SNAPSHO', the most similar input is {'SNAPSHOT', 'ALL', 'DATABASE', 'METADATA', 'EXTERNAL'}.

BACKUP SNAPSHOT db.123 TO r
----
Getting syntax error at line 1, column 18. Detail message: Unexpected input '.123', the most similar input is {a legal identifier}.

BACKUP SNAPSHOT 123 TO r
----
Getting syntax error at line 1, column 16. Detail message: Unexpected input '123', the most similar input is {a legal identifier}.

BACKUP SNAPSHOT 1e3 TO r
----
Getting syntax error at line 1, column 16. Detail message: Unexpected input '1e3', the most similar input is {a legal identifier}.

BACKUP SNAPSHOT "a" TO r
----
Getting syntax error at line 1, column 16. Detail message: Unexpected input '"a"', the most similar input is {a legal identifier}.

BACKUP SNAPSHOT table TO r
----
Getting syntax error at line 1, column 16. Detail message: Unexpected input 'table', the most similar input is {a legal identifier}.

BACKUP SNAPSHOT a TO r # a comment
----
Getting syntax error at line 1, column 23. Detail message: Unexpected input '#', the most similar input is {<EOF>, ';', 'EXCLUDE', 'ON', 'PROPERTIES'}.

BACKUP SNAPSHOT a TO r ON ()
----
Getting syntax error at line 1, column 27. Detail message: Unexpected input ')', the most similar input is {a legal identifier, 'ALL', 'FUNCTION', 'FUNCTIONS', 'MATERIALIZED'}.

BACKUP SNAPSHOT a TO r ON (t1,)
----
Getting syntax error at line 1, column 30. Detail message: Unexpected input ')', the most similar input is {a legal identifier, 'ALL', 'FUNCTION', 'FUNCTIONS', 'MATERIALIZED'}.

BACKUP SNAPSHOT a TO r ON (t1, t2
----
Getting syntax error at line 1, column 33. Detail message: Unexpected input '<EOF>', the most similar input is {a legal identifier, ')', ',', '.', 'AS', 'PARTITION', 'PARTITIONS', 'TEMPORARY'}.

BACKUP SNAPSHOT a TO r ON (t1) (t2)
----
Getting syntax error at line 1, column 31. Detail message: Unexpected input '(', the most similar input is {<EOF>, ';', 'PROPERTIES'}.

BACKUP SNAPSHOT a TO r PROPERTIES ("type" = "full") ON (t1)
----
Getting syntax error at line 1, column 52. Detail message: Unexpected input 'ON', the most similar input is {<EOF>, ';'}.

BACKUP SNAPSHOT a TO r PROPERTIES ()
----
Getting syntax error at line 1, column 35. Detail message: Unexpected input ')', the most similar input is {a legal identifier, a string}.

BACKUP SNAPSHOT a TO r PROPERTIES ("type" = "full",)
----
Getting syntax error at line 1, column 51. Detail message: Unexpected input ')', the most similar input is {a legal identifier, a string}.

BACKUP SNAPSHOT a TO r PROPERTIES (type = full)
----
Getting syntax error at line 1, column 42. Detail message: Unexpected input 'full', the most similar input is {'FALSE', a legal identifier, a number, a string, 'TRUE'}.

BACKUP SNAPSHOT a TO r PROPERTIES ("type" = "full", "type" = "incremental")
----
Getting analyzing error. Detail message: Duplicated property: type.

BACKUP SNAPSHOT a TO r ON (t AS u)
----
Getting syntax error. Detail message: Unsupported operation AS in the ON clause of BACKUP.

BACKUP DATABASE d SNAPSHOT d.a TO r
----
Getting syntax error. Detail message: Unsupported operation DATABASE clause together with a database in the snapshot name of BACKUP.

BACKUP ALL EXTERNAL CATALOGS DATABASE d SNAPSHOT a TO r
----
Getting syntax error. Detail message: Unsupported operation BACKUP of external catalogs together with a database.

BACKUP ALL EXTERNAL CATALOGS SNAPSHOT d.a TO r
----
Getting syntax error. Detail message: Unsupported operation BACKUP of external catalogs together with a database.

BACKUP ALL EXTERNAL CATALOGS SNAPSHOT a TO r ON (t)
----
Getting syntax error. Detail message: Unsupported operation BACKUP of external catalogs together with ON clause.

BACKUP SNAPSHOT a TO r; DROP REPOSITORY r
----
Getting syntax error at line 1, column 24. Detail message: Unexpected input 'DROP', the most similar input is {<EOF>, ';'}.

RESTORE SNAPSHOT a FROM r ON (t)
----
Getting syntax error. Detail message: No selected database. Name it before the snapshot or with DATABASE to use the ON clause of RESTORE.

RESTORE SNAPSHOT d.a FROM r DATABASE d
----
Getting syntax error. Detail message: Unsupported operation DATABASE clause together with a database in the snapshot name of RESTORE.

RESTORE SNAPSHOT a FROM r EXTERNAL CATALOG (c) DATABASE d
----
Getting syntax error. Detail message: Unsupported operation RESTORE of external catalogs together with a database.

RESTORE SNAPSHOT a
----
Getting syntax error at line 1, column 18. Detail message: Unexpected input '<EOF>', the most similar input is {'.', 'FROM'}.

CANCEL BACKUP
----
Getting syntax error. Detail message: No selected database. Name it with FROM, or say FOR EXTERNAL CATALOG.

CANCEL RESTORE FROM
----
Getting syntax error at line 1, column 19. Detail message: Unexpected input '<EOF>', the most similar input is {a legal identifier}.

CREATE REPOSITORY r
----
Getting syntax error at line 1, column 19. Detail message: Unexpected input '<EOF>', the most similar input is {'WITH'}.

CREATE REPOSITORY IF NOT EXISTS r WITH BROKER ON LOCATION 'x'
----
Getting syntax error at line 1, column 18. Detail message: Unexpected input 'IF', the most similar input is {a legal identifier}.

CREATE REPOSITORY r WITH BROKER ON LOCATION x
----
Getting syntax error at line 1, column 44. Detail message: Unexpected input 'x', the most similar input is {a string}.

CREATE REPOSITORY r WITH BROKER
ON LOCATION 's3a://b' PROPERTIES ("aws.s3.secret_key" = "hunter2" "hunter3")
----
Getting syntax error at line 2, column 66. Detail message: Unexpected input '***', the most similar input is {')', ','}.

CREATE REPOSITORY r WITH BROKER ON LOCATION "unfinished
----
Getting syntax error at line 1, column 44. Detail message: unterminated string.

DROP REPOSITORY IF EXISTS r
----
Getting syntax error at line 1, column 16. Detail message: Unexpected input 'IF', the most similar input is {a legal identifier}.

SHOW SNAPSHOT
----
Getting syntax error at line 1, column 13. Detail message: Unexpected input '<EOF>', the most similar input is {'ON'}.

SHOW SNAPSHOT ON r WHERE
----
Getting syntax error at line 1, column 24. Detail message: Unexpected input '<EOF>', the most similar input is {an expression, '('}.

SHOW SNAPSHOT ON r WHERE (a = 1
----
Getting syntax error at line 1, column 31. Detail message: Unexpected input '<EOF>', the most similar input is {an expression, '(', ')'}.

SHOW SNAPSHOT ON r LIMIT x
----
Getting syntax error at line 1, column 25. Detail message: Unexpected input 'x', the most similar input is {a number}.

SHOW BACKUP LIKE 'a' WHERE b = 1
----
Getting syntax error at line 1, column 21. Detail message: Unexpected input 'WHERE', the most similar input is {'ORDER', <EOF>, ';', 'LIMIT'}.

CHECK REPOSITORY r WITH
----
Getting syntax error at line 1, column 23. Detail message: Unexpected input '<EOF>', the most similar input is {'BENCHMARK'}.

CLEAN REPOSITORY r FULL
----
Getting syntax error at line 1, column 19. Detail message: Unexpected input 'FULL', the most similar input is {'FORCE', <EOF>, ';'}.

DROP SNAPSHOT a FROM r
----
Getting syntax error at line 1, column 16. Detail message: Unexpected input 'FROM', the most similar input is {'ON'}.

ADMIN SET FRONTEND CONFIG "a" = "b"
----
Getting syntax error at line 1, column 26. Detail message: Unexpected input '"a"', the most similar input is {'('}.

RESTORE METADATA CUBE c FROM '/b'
----
Getting syntax error at line 1, column 24. Detail message: Unexpected input 'FROM', the most similar input is {'IN'}.

/*!50100 BACKUP SNAPSHOT a TO r */
----
Getting syntax error at line 1, column 34. Detail message: Unexpected input '<EOF>', the most similar input is {'ADMIN', 'ALTER', 'BACKUP', 'CANCEL', 'CAT', 'CHECK', 'CLEAN', 'CREATE', 'DROP', 'EXPLAIN', 'LIST', 'RESTORE'}.

/* only a comment
----
Getting syntax error at line 1, column 0. Detail message: unterminated comment.
