import { deflateSync } from 'node:zlib';
import { type Contents, sampleTime } from '../sample.ts';
import type { KylinServer, TestSession } from './kylin-server.ts';
import { derivedColumns } from '../../../../src/metastore/kylin/jdbc/derived-columns.ts';

/** Tables as Kylin makes them, by its documentation of the metastore. */
export const tablesOfB: readonly string[] = [
  `CREATE TABLE km (META_TABLE_KEY VARCHAR(255) COLLATE utf8_bin PRIMARY KEY, META_TABLE_CONTENT LONGBLOB,
   META_TABLE_TS BIGINT, META_TABLE_MVCC BIGINT) DEFAULT CHARSET=utf8`,
  `CREATE TABLE km_audit_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, meta_key VARCHAR(255) COLLATE utf8_bin,
   meta_content LONGBLOB, meta_ts BIGINT, meta_mvcc BIGINT, unit_id VARCHAR(50), operator VARCHAR(200),
   instance VARCHAR(100), INDEX km_meta_key_meta_mvcc_index (meta_key, meta_mvcc)) DEFAULT CHARSET=utf8`,
  `CREATE TABLE km_epoch (epoch_id INT, epoch_target VARCHAR(255) PRIMARY KEY, current_epoch_owner VARCHAR(2000),
   last_epoch_renew_time BIGINT, server_mode VARCHAR(10), maintenance_mode_reason VARCHAR(5000), mvcc BIGINT,
   reserved_field_1 VARCHAR(50), reserved_field_2 LONGBLOB, reserved_field_3 LONGBLOB) DEFAULT CHARSET=utf8`,
];

/** Own columns and unique keys of C's tables; the common ones are added. */
const typesOfC: Readonly<Record<string, string>> = {
  project: 'name VARCHAR(255) NOT NULL UNIQUE,',
  model: 'alias VARCHAR(255), UNIQUE KEY (project, alias),',
  index_plan: '',
  dataflow: '',
  segment: 'model_uuid CHAR(36) NOT NULL,',
  layout: 'dataflow_id CHAR(36) NOT NULL,',
  table_info: 'name VARCHAR(255) NOT NULL, db_name VARCHAR(255),',
  table_exd: 'table_name VARCHAR(255) NOT NULL,',
  table_model_relation: `table_identity VARCHAR(255) NOT NULL, model_uuid CHAR(36) NOT NULL,
    UNIQUE KEY (table_identity, model_uuid),`,
  compute_column: `column_name VARCHAR(255) NOT NULL, table_identity VARCHAR(255), table_alias VARCHAR(255),
    expression MEDIUMTEXT, expression_md5 CHAR(32) NOT NULL, inner_expression MEDIUMTEXT, datatype VARCHAR(255),
    reference_count INT, cc_comment MEDIUMTEXT, UNIQUE KEY (project, table_identity, expression_md5),`,
  cc_model_relation: 'cc_uuid CHAR(36) NOT NULL, model_uuid CHAR(36) NOT NULL,',
  streaming_job: 'model_uuid CHAR(36) NOT NULL,',
  user_info: 'username VARCHAR(255),',
  system: 'name VARCHAR(255) UNIQUE,',
};
const globalTables: readonly string[] = ['user_info', 'system'];

export const tablesOfC: readonly string[] = [
  ...Object.entries(typesOfC).map(([type, own]) => {
    const project = globalTables.includes(type) ? '' : 'project VARCHAR(255),';
    return `CREATE TABLE km_${type} (id BIGINT AUTO_INCREMENT PRIMARY KEY, meta_key VARCHAR(255) NOT NULL UNIQUE,
      uuid CHAR(${type === 'streaming_job' ? 64 : 36}) COLLATE utf8_bin NOT NULL UNIQUE, ${project} ${own} mvcc BIGINT NOT NULL, ts BIGINT NOT NULL,
      content LONGBLOB NOT NULL, reserved_filed_1 VARCHAR(50), reserved_filed_2 LONGBLOB, reserved_filed_3 LONGBLOB)
      DEFAULT CHARSET=utf8 ROW_FORMAT=DYNAMIC`;
  }),
  `CREATE TABLE km_audit_log_v2 (id BIGINT AUTO_INCREMENT PRIMARY KEY, meta_key VARCHAR(255) COLLATE utf8_bin,
   meta_content LONGBLOB, meta_ts BIGINT, meta_mvcc BIGINT, unit_id VARCHAR(50), operator VARCHAR(200),
   instance VARCHAR(100), model_uuid CHAR(36), project VARCHAR(255), diff_flag TINYINT(1) DEFAULT 0,
   INDEX (meta_key, meta_mvcc), INDEX (meta_ts)) DEFAULT CHARSET=utf8`,
  `CREATE TABLE km_job_info_v2 (id BIGINT AUTO_INCREMENT PRIMARY KEY, job_id VARCHAR(100) NOT NULL UNIQUE,
   job_type VARCHAR(50) NOT NULL, job_status VARCHAR(50) NOT NULL, project VARCHAR(100) NOT NULL,
   subject VARCHAR(200) NOT NULL, model_id VARCHAR(100), priority INT DEFAULT 3, job_content LONGBLOB NOT NULL,
   mvcc BIGINT, create_time BIGINT, update_time BIGINT, job_duration_millis BIGINT NOT NULL) DEFAULT CHARSET=utf8`,
  `CREATE TABLE km_favorite_rule (id BIGINT AUTO_INCREMENT PRIMARY KEY, project VARCHAR(255) NOT NULL, conds MEDIUMTEXT,
   name VARCHAR(255) NOT NULL, enabled TINYINT(1) DEFAULT 0, update_time BIGINT, create_time BIGINT, mvcc BIGINT)
   DEFAULT CHARSET=utf8`,
  `CREATE TABLE km_query_history_offset (id BIGINT AUTO_INCREMENT PRIMARY KEY, project VARCHAR(255) NOT NULL,
   type VARCHAR(255) NOT NULL, query_history_id_offset BIGINT, update_time BIGINT, create_time BIGINT, mvcc BIGINT)
   DEFAULT CHARSET=utf8`,
];

/** A database with the tables and contents of a Kylin, every second content compressed, versions from 3. */
export async function kylinDatabase(
  server: Pick<KylinServer, 'create' | 'connect' | 'define'>,
  name: string,
  generation: 'B' | 'C',
  contents: Contents,
): Promise<void> {
  await server.create(name);
  await using session = await server.connect(name);
  for (const table of generation === 'B' ? tablesOfB : tablesOfC) await session.rows(server.define(table));
  for (const [index, [key, text]] of Object.entries(contents).entries()) {
    const plain = Buffer.from(text);
    const cell = index % 2 === 0 ? plain : Buffer.concat([Buffer.from('GZIP'), deflateSync(plain)]);
    if (generation === 'B') await session.rows('INSERT INTO km VALUES (?, ?, ?, 3)', [key, cell, sampleTime]);
    else await insertOfC(session, key, plain, cell);
  }
}

async function insertOfC(session: TestSession, key: string, plain: Buffer, cell: Buffer): Promise<void> {
  const [type = '', metaKey] = key.split('/');
  const row = {
    meta_key: metaKey,
    mvcc: 3,
    ts: sampleTime,
    content: cell,
    ...Object.fromEntries(derivedColumns(key, plain)),
  };
  const sql = `INSERT INTO km_${type.toLowerCase()} (${Object.keys(row).join(', ')}) VALUES ?`;
  await session.rows(sql, [[Object.values(row)]]);
}
