import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Output, runProgram } from '../support/clients.ts';
import { settledJob, timestampOf } from '../support/jobs.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const program = findMariadbClient();

/** What mysqldump writes around and into its files, in small. */
const dump = `-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: shop
-- ------------------------------------------------------

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;
USE \`shop\`;

DROP TABLE IF EXISTS \`item\`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE \`item\` (
  \`id\` int unsigned NOT NULL AUTO_INCREMENT,
  \`name\` varchar(40) DEFAULT NULL,
  \`price\` decimal(10,2) NOT NULL DEFAULT '0.00',
  \`made\` datetime DEFAULT NULL,
  \`photo\` blob,
  \`tags\` set('a','b') DEFAULT NULL,
  PRIMARY KEY (\`id\`),
  KEY \`name\` (\`name\`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES \`item\` WRITE;
/*!40000 ALTER TABLE \`item\` DISABLE KEYS */;
INSERT INTO \`item\` VALUES (1,'it''s \\"quoted\\"; -- no comment',1.20,'2026-01-02 03:04:05',_binary '\\0\\n\\\\','a,b'),
(2,'größe 光',9.99,NULL,NULL,''),(3,'',0.00,'1000-01-01 00:00:00',0xFF00,NULL),(4,NULL,99999999.99,NULL,_binary '','b');
/*!40000 ALTER TABLE \`item\` ENABLE KEYS */;
UNLOCK TABLES;

/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed
`;

describe('the mariadb command line', { skip: skipReason(program, 'the mariadb command line') }, () => {
  let server: ServerProcess;
  let place: TemporaryFolder;
  before(async () => {
    server = await ServerProcess.start();
    place = await temporaryFolder();
  });
  after(async () => {
    assert.equal(await server.stop(), 0);
    await place[Symbol.asyncDispose]();
  });

  function mariadb(args: readonly string[], input = ''): Promise<Output> {
    const to = [
      '--no-defaults',
      '--host=127.0.0.1',
      `--port=${server.port}`,
      '--protocol=tcp',
      '--user=root',
    ];
    return runProgram(program ?? 'mariadb', [...to, ...args], { input });
  }

  async function succeeds(args: readonly string[], input = ''): Promise<string> {
    const { exitCode, stdout, stderr } = await mariadb(args, input);
    assert.equal(stderr, '');
    assert.equal(exitCode, 0);
    return stdout;
  }

  it('loads a dump, and gets its rows back after the database was lost', async () => {
    await succeeds(['--batch'], dump);
    const select = 'SELECT id, name, price, made, HEX(photo), tags FROM shop.item ORDER BY id';
    const rows = await succeeds(['--batch', '-e', select]);
    assert.equal(rows.split('\n').length, 6);
    assert.ok(rows.includes('größe 光'));
    assert.ok(rows.includes('000A5C'));

    const location = pathToFileURL(place.path).href;
    const statements = `CREATE REPOSITORY r WITH BROKER ON LOCATION "${location}"; BACKUP SNAPSHOT shop.nightly TO r;`;
    await succeeds(['--batch'], statements);
    const connection = await server.connect();
    assert.equal((await settledJob(connection, 'BACKUP', 'shop'))['State'], 'FINISHED');
    const stamp = await timestampOf(connection, 'r', 'nightly');
    await succeeds(['-e', 'DROP DATABASE shop']);
    await succeeds([
      '-e',
      `RESTORE SNAPSHOT shop.nightly FROM r PROPERTIES ("backup_timestamp" = "${stamp}")`,
    ]);
    assert.equal((await settledJob(connection, 'RESTORE', 'shop'))['State'], 'FINISHED');
    await connection.end();

    assert.equal(await succeeds(['--batch', '-e', select]), rows);
    const created = await succeeds(['--batch', '--raw', '-e', 'SHOW CREATE TABLE shop.item']);
    assert.match(created, /AUTO_INCREMENT=5/);
  });

  it('runs several statements of one line, and stops at the first that fails', async () => {
    const { exitCode, stdout, stderr } = await mariadb([
      '-N',
      '-B',
      '-e',
      'SELECT 1; SELECT 2; SELECT ghost; SELECT 3',
    ]);
    assert.equal(exitCode, 1);
    assert.equal(stdout, '1\n2\n');
    assert.match(stderr, /^ERROR 1054 \(42S22\).*Unknown column 'ghost'/m);
  });

  it('goes on behind failures with --force', async () => {
    const { stdout } = await mariadb(
      ['-N', '-B', '--force'],
      'SELECT 1;\nBACKUP SNAPSHOT x TO;\nSELECT 3;\n',
    );
    assert.equal(stdout, '1\n3\n');
  });

  it('reads the columns of every table for completion, and the state of the server', async () => {
    // `rehash` is what a dialogue begins with: COM_FIELD_LIST for each table and view.
    const text = await succeeds(
      ['--table', 'shop'],
      'CREATE VIEW names AS SELECT name FROM item;\nrehash\nSELECT DATABASE();\nstatus\n',
    );
    assert.match(text, /\| shop +\|/);
    assert.match(text, /Server version:\s+8\.0\.\d+-Holdfast/);
    assert.match(text, /Uptime:\s+(?:\d+ min )?\d+ sec/);
    assert.match(text, /Questions: [1-9]\d* {2}Threads: \d+/);
  });

  it('prints the tables of SHOW BACKUP and of vertical output', async () => {
    const text = await succeeds(['--table'], 'SHOW BACKUP FROM shop\\G\nSHOW REPOSITORIES;\n');
    assert.match(text, /SnapshotName: nightly/);
    assert.match(text, /\| RepoId \| RepoName \|/);
  });

  it('is told why it may not come in', async () => {
    const wrong = await mariadb(['--password=wrong', '-e', 'SELECT 1']);
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /ERROR 1045 \(28000\).*Access denied for user 'root'@/);
    const nowhere = await mariadb(['ghost', '-e', 'SELECT 1']);
    assert.match(nowhere.stderr, /ERROR 1049 \(42000\).*Unknown database 'ghost'/);
  });

  it('carries a large statement and a large row', async () => {
    const text = 'x'.repeat(2_000_000);
    const answer = await succeeds(
      ['-N', '-B', '--max-allowed-packet=64M'],
      `SELECT LENGTH('${text}'), '${text}';\n`,
    );
    assert.equal(answer, `2000000\t${text}\n`);
  });
});
