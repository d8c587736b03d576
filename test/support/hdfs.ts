import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fetchedFolder, fetchJars } from './fetched.ts';
import { answerTimeoutMs } from './programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const sources: string = path.join(import.meta.dirname, 'hdfs');
const jars: string = path.join(fetchedFolder, 'hadoop-3.4.2');

/** Enough of what Java said at its end to see why. */
const complaintLength = 2_000;

/** A real HDFS of one NameNode and one DataNode on the loopback interface. */
export type MiniHdfs = AsyncDisposable & Readonly<{ rpcPort: number; httpPort: number }>;

/** Path of Hadoop's jars, undefined when they or a Java that runs and compiles are missing. */
export function findMiniHdfs(): string | undefined {
  return existsSync(jars) && answers('java') && answers('javac') ? jars : undefined;
}

/** Fetches Hadoop's jars with Maven. False when there is no Maven or it cannot. */
export function fetchMiniHdfs(): boolean {
  return answers('java') && fetchJars(path.join(sources, 'pom.xml'), jars);
}

/** Starts one; it ends with its standard input, so that it outlives no test. */
export async function startMiniHdfs(): Promise<MiniHdfs> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  // JAXB makes classes at run time, which Java 17 forbids unless told.
  const opened = ['--add-opens', 'java.base/java.lang=ALL-UNNAMED'];
  const java = ['-Xmx400m', '-XX:TieredStopAtLevel=1', ...opened, '-cp', `${jars}/*`];
  const child = spawn('java', [...java, path.join(sources, 'MiniHdfs.java'), folder.path], {
    cwd: folder.path,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on(
    'data',
    (text: Buffer) => (complaints = (complaints + text.toString()).slice(-complaintLength)),
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  starting.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, rpc, http] = /^ready (\d+) (\d+)$/.exec(line) ?? [];
    if (rpc === undefined || http === undefined) continue;
    const held = starting.move();
    return {
      rpcPort: Number(rpc),
      httpPort: Number(http),
      [Symbol.asyncDispose]: () => held.disposeAsync(),
    };
  }
  throw new Error(`the HDFS of the tests ended before it was ready: ${complaints}`);
}

function answers(program: string): boolean {
  return spawnSync(program, ['-version'], { stdio: 'ignore', timeout: answerTimeoutMs }).status === 0;
}
