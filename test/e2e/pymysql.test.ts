import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Output, runProgram } from '../support/clients.ts';
import { findPythonWithPymysql, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const python = findPythonWithPymysql();

/** Connects as scripts do; the statements of each test follow. */
const head = `
import sys, time, pymysql
port = int(sys.argv[1])
place = sys.argv[2]
def connect(**more):
    return pymysql.connect(host='127.0.0.1', port=port, user='root', **more)
def wait(cursor, statement):
    for _ in range(15000):
        cursor.execute(statement)
        row = dict(zip([d[0] for d in cursor.description], cursor.fetchone()))
        if row['State'] in ('FINISHED', 'CANCELLED'):
            return row
        time.sleep(0.01)
    raise Exception('the job does not end')
`;

describe('PyMySQL', { skip: skipReason(python, 'PyMySQL') }, () => {
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

  async function run(script: string): Promise<string> {
    const args = ['-', String(server.port), place.path];
    const output: Output = await runProgram(python ?? 'python3', args, { input: head + script });
    assert.equal(output.stderr, '');
    assert.equal(output.exitCode, 0);
    return output.stdout;
  }

  it('backs up, loses and restores a database', async () => {
    const text = await run(`
db = connect(autocommit=True)
c = db.cursor()
c.execute("CREATE REPOSITORY py WITH BROKER ON LOCATION 'file://" + place + "'")
c.execute("CREATE DATABASE shop")
c.execute("CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(40), price DECIMAL(10,2), at DATETIME(3), raw BLOB)")
rows = [(1, "it's", '1.20', '2026-01-02 03:04:05.678', bytes(range(256))), (2, None, None, None, b'')]
print(c.executemany("INSERT INTO shop.item VALUES (%s, %s, %s, %s, %s)", rows))
c.execute("SELECT * FROM shop.item ORDER BY id")
before = c.fetchall()
c.execute("BACKUP SNAPSHOT shop.nightly TO py")
print(wait(c, "SHOW BACKUP FROM shop")['State'])
c.execute("DROP DATABASE shop")
c.execute("SHOW SNAPSHOT ON py WHERE SNAPSHOT = %s", ('nightly',))
stamp = c.fetchone()[1]
c.execute('RESTORE SNAPSHOT shop.nightly FROM py PROPERTIES ("backup_timestamp" = "' + stamp + '")')
print(wait(c, "SHOW RESTORE FROM shop")['State'])
c.execute("SELECT * FROM shop.item ORDER BY id")
after = c.fetchall()
print(before == after, after[0][4] == bytes(range(256)), after[1])
`);
    assert.equal(text, "2\nFINISHED\nFINISHED\nTrue True (2, None, None, None, b'')\n");
  });

  it('rolls back and commits', async () => {
    const text = await run(`
db = connect(database='shop')
c = db.cursor()
c.execute("INSERT INTO item (id) VALUES (10)")
db.rollback()
c.execute("INSERT INTO item (id) VALUES (11)")
db.commit()
c.execute("SELECT id FROM item WHERE id >= 10")
print(c.fetchall(), c.rowcount)
`);
    assert.equal(text, '((11,),) 1\n');
  });

  it('gets MySQL’s numbers with errors', async () => {
    const text = await run(`
c = connect().cursor()
for sql in ["SELECT * FROM shop.ghost", "BACKUP SNAPSHOT shop.x TO ghost", "BACKUP SNAPSHOT ghost.x TO py", "SELEC 1", "SELECT 1; SELECT 2"]:
    try:
        c.execute(sql)
        print('ran', sql)
    except pymysql.MySQLError as error:
        print(type(error).__name__, error.args[0])
`);
    assert.equal(
      text,
      [
        'ProgrammingError 1146',
        'OperationalError 5064',
        'OperationalError 5501',
        'ProgrammingError 1064',
        'ProgrammingError 1064',
        '',
      ].join('\n'),
    );
  });

  it('streams rows that it does not hold', async () => {
    const text = await run(`
import pymysql.cursors
db = connect(cursorclass=pymysql.cursors.SSCursor)
c = db.cursor()
c.execute("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT a.i, b.i FROM n AS a, n AS b LIMIT 200000")
count = 0
for row in c:
    count += 1
print(count)
`);
    assert.equal(text, '200000\n');
  });
});
