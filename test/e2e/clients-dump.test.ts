import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Output, runMariadb, runProgram } from '../support/clients.ts';
import { findMariadbClient, findMariadbDump, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';

/** A dump as mysqldump 8 writes them, with all that it asks of a server, and with objects that the engine has not. */
const foreignDump = `
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci */ /*!80016 DEFAULT ENCRYPTION='N' */;
USE \`shop\`;
DROP TABLE IF EXISTS \`item\`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE \`item\` (
  \`id\` int unsigned NOT NULL AUTO_INCREMENT,
  \`name\` varchar(40) NOT NULL COMMENT 'it''s',
  \`price\` decimal(10,2) DEFAULT '0.00',
  \`flags\` bit(9) DEFAULT b'1',
  \`raw\` varbinary(20) DEFAULT NULL,
  \`at\` timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  \`kind\` enum('a','b') DEFAULT NULL,
  PRIMARY KEY (\`id\`),
  UNIQUE KEY \`name\` (\`name\`),
  KEY \`kind\` (\`kind\`,\`price\`)
) ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
LOCK TABLES \`item\` WRITE;
/*!40000 ALTER TABLE \`item\` DISABLE KEYS */;
INSERT INTO \`item\` VALUES (0,'zero',NULL,NULL,NULL,NULL,NULL),(1,'O\\'Neil \\\\ \\"x\\" 😀\\n',-1.50,_binary '\u0001\u0001',_binary '\\0\\Z\\n\\'','2024-02-29 23:59:59.999','b'),(7,'',99999999.99,_binary '\\0\u0001',0xDEADBEEF,'1970-01-02 00:00:00.000','a');
/*!40000 ALTER TABLE \`item\` ENABLE KEYS */;
UNLOCK TABLES;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`root\`@\`localhost\`*/ /*!50003 TRIGGER \`t\` BEFORE INSERT ON \`item\` FOR EACH ROW BEGIN SET NEW.price = 1; END */;;
CREATE PROCEDURE \`p\`() BEGIN SELECT 1; SELECT 2; END ;;
DELIMITER ;
/*!50001 CREATE VIEW \`dear\` AS SELECT 1 AS \`id\`*/;
/*!50001 DROP VIEW IF EXISTS \`dear\`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=CURRENT_USER SQL SECURITY DEFINER */
/*!50001 VIEW \`dear\` AS select \`item\`.\`id\` AS \`id\` from \`item\` where (\`item\`.\`price\` > 5) */;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;
`;

const client = findMariadbClient() ?? '';
const dumper = findMariadbDump() ?? '';
const skip = skipReason(client || undefined, 'mariadb') || skipReason(dumper || undefined, 'mariadb-dump');

describe('dumps', { skip }, () => {
  let first: ServerProcess;
  let second: ServerProcess;
  before(async () => {
    [first, second] = await Promise.all([ServerProcess.start(), ServerProcess.start()]);
  });
  after(async () => {
    await Promise.all([first.stop(), second.stop()]);
  });

  const account = { user: 'root', password: '' };
  const load = async (server: ServerProcess, sql: string, ...options: string[]): Promise<Output> =>
    runProgram(
      client,
      ['--no-defaults', '--host=127.0.0.1', `--port=${server.port}`, '--user=root', ...options],
      {
        input: sql,
      },
    );
  const ask = async (server: ServerProcess, sql: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await runMariadb(client, { port: server.port, ...account }, [
      '-e',
      sql,
    ]);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  const dump = async (server: ServerProcess, ...options: string[]): Promise<string> => {
    const args = [
      '--no-defaults',
      '--host=127.0.0.1',
      `--port=${server.port}`,
      '--user=root',
      '--skip-dump-date',
    ];
    const { exitCode, stdout, stderr } = await runProgram(dumper, [...args, ...options]);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };

  it('of mysqldump load; triggers and routines are refused by name and nothing else', async () => {
    const { stderr } = await load(first, foreignDump, '--force');
    assert.deepEqual(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('ERROR'))
        .map((line) => line.replace(/ at line \d+/, '')),
      [
        "ERROR 1235 (42000): This version of Holdfast doesn't yet support 'TRIGGER'",
        "ERROR 1235 (42000): This version of Holdfast doesn't yet support 'PROCEDURE'",
      ],
    );
    assert.equal(
      await ask(
        first,
        'SELECT id, HEX(name), price, flags + 0, HEX(raw), at, kind FROM shop.item ORDER BY id',
      ),
      '0\t7A65726F\tNULL\tNULL\tNULL\tNULL\tNULL\n' +
        '1\t4F274E65696C205C2022782220F09F98800A\t-1.50\t257\t001A0A27\t2024-02-29 23:59:59.999\tb\n' +
        '7\t\t99999999.99\t1\tDEADBEEF\t1970-01-02 00:00:00.000\ta\n',
    );
    assert.equal(await ask(first, 'SELECT id FROM shop.dear'), '7\n');
    assert.match(await ask(first, 'SHOW CREATE TABLE shop.item'), /AUTO_INCREMENT=8 /);
  });

  it('stop at the first refusal without --force', async () => {
    const { exitCode } = await load(second, foreignDump);
    assert.equal(exitCode, 1);
  });

  for (const options of [
    [],
    ['--single-transaction', '--routines', '--triggers', '--events'],
    ['--hex-blob', '--skip-opt', '--complete-insert'],
    ['--lock-all-tables', '--flush-logs', '--add-drop-database'],
  ]) {
    it(`of mariadb-dump ${options.join(' ')} load into another server and dump the same there`, async () => {
      const text = await dump(first, ...options, '--databases', 'shop');
      await ask(second, 'DROP DATABASE IF EXISTS shop');
      const { exitCode, stderr } = await load(second, text);
      assert.equal(exitCode, 0, stderr);
      assert.equal(await dump(second, ...options, '--databases', 'shop'), text);
      const rows = 'SELECT * FROM shop.item ORDER BY id; SELECT * FROM shop.dear';
      assert.equal(await ask(second, rows), await ask(first, rows));
    });
  }

  it('of all databases end well', async () => {
    assert.match(await dump(first, '--all-databases'), /-- Dump completed/);
  });
});
