import { Session } from 'node:inspector';
import { SqlError } from '../src/base/sql-error.ts';
import { ServerError } from '../src/base/server-error.ts';
import { elementsOf, textOf as azureText } from '../src/repository/adapters/azure/answer.ts';
import { childrenOf, readElement } from '../src/repository/adapters/cos/answer.ts';
import { decodeManifest, encodeManifest } from '../src/snapshot/manifest-codec.ts';
import { SnapshotError } from '../src/snapshot/snapshot-error.ts';
import { classify } from '../src/sql/classifier.ts';
import { parseDdl } from '../src/sql/ddl/parse.ts';
import { parseDialect } from '../src/sql/dialect.ts';
import { tokenize } from '../src/sql/lexer.ts';
import { redactStatement } from '../src/sql/redact.ts';
import { splitStatements } from '../src/sql/splitter.ts';
import { readGreeting } from '../src/upstream/packets.ts';
import { readChangeUser } from '../src/wire/packets/change-user.ts';
import { readCommand } from '../src/wire/packets/command.ts';
import { readParameters } from '../src/wire/packets/execute.ts';
import { readLoginRequest } from '../src/wire/packets/login-request.ts';
import { ProtocolError } from '../src/wire/protocol-error.ts';
import { PacketReader } from '../src/wire/reader.ts';
import { acceptedStatements, rejectedStatements } from '../test/sql/corpus.ts';
import { rewritten } from '../test/sql/rewrite/support.ts';
import { sampleManifest } from '../test/support/sample-manifest.ts';
import type { BenchOptions } from './options.ts';

type Target = Readonly<{
  run: (input: Buffer) => void;
  /** Errors that bad input may have; any other is a fault of ours. */
  errors: readonly (abstract new (...parameters: never[]) => Error)[];
  seeds: readonly Buffer[];
}>;

const minutesEach = 2;
/** Inputs between two looks at the coverage: a look takes as long as some dozens of inputs. */
const batch = 128;
const slowMs = 1_000;
const inputBytesMax = 4_096;

const statements = [
  ...acceptedStatements().map(({ text }) => text),
  ...rejectedStatements().map(({ text }) => text),
];
const definitions = [
  "CREATE TABLE t (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'x', a VARCHAR(20) COLLATE utf8mb4_bin DEFAULT 'a', b DECIMAL(10,2) AS (id * 2) STORED, e ENUM('a','b'), d DATETIME(6) DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (id), UNIQUE KEY u (a(10) DESC), CONSTRAINT c CHECK (id > 0), FOREIGN KEY (a) REFERENCES s (a) ON DELETE CASCADE) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
  'CREATE TABLE t (k1 DATE, v INT SUM) AGGREGATE KEY (k1) PARTITION BY date_trunc("day", k1) DISTRIBUTED BY HASH (k1) BUCKETS 3 PROPERTIES ("replication_num" = "1")',
  'ALTER TABLE t ADD COLUMN c INT FIRST, DROP KEY u, ADD PARTITION (PARTITION p2 VALUES IN (1, 2)), RENAME TO s',
  'CREATE MATERIALIZED VIEW m REFRESH ASYNC EVERY (INTERVAL 1 HOUR) AS SELECT a, COUNT(*) FROM t GROUP BY a',
];
const queries = [
  "SELECT p.id, COUNT(*) c, GROUP_CONCAT(DISTINCT name ORDER BY name SEPARATOR ';') FROM people p LEFT JOIN orders o ON o.person = p.id WHERE p.born BETWEEN '1990-01-01' AND NOW() - INTERVAL 1 DAY GROUP BY p.id WITH ROLLUP HAVING c > 1 LIMIT 3, 4",
  'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT CASE n WHEN 1 THEN CAST(n AS CHAR(3)) END, SUM(n) OVER (PARTITION BY n ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t',
];
const texts = (all: readonly string[]): readonly Buffer[] => all.map((text) => Buffer.from(text));
const packets = (all: readonly string[]): readonly Buffer[] => all.map((hex) => Buffer.from(hex, 'hex'));

const targets: Readonly<Record<string, Target>> = {
  lexer: {
    run: (input) => {
      const text = input.toString();
      redactStatement(text);
      for (const one of splitStatements(text)) classify(tokenize(one.text));
    },
    errors: [SqlError],
    seeds: texts([...statements, ...definitions, ...queries]),
  },
  dialect: {
    run: (input) => void parseDialect(input.toString()),
    errors: [SqlError],
    seeds: texts(statements),
  },
  ddl: {
    run: (input) => void parseDdl(tokenize(input.toString()), input.toString()),
    errors: [SqlError],
    seeds: texts(definitions),
  },
  rewriter: { run: (input) => void rewritten(input.toString()), errors: [SqlError], seeds: texts(queries) },
  packets: {
    run: (input) => {
      const [kind = 0] = input;
      const payload = input.subarray(1);
      const capabilities = 0x01ff_ffff;
      if (kind % 5 === 0) readLoginRequest(payload, true);
      else if (kind % 5 === 1) readCommand(payload, capabilities);
      else if (kind % 5 === 2) readChangeUser(new PacketReader(payload), capabilities);
      else if (kind % 5 === 3) readGreeting(payload);
      else
        readParameters(new PacketReader(payload), {
          parameterCount: 3,
          types: undefined,
          longData: new Map(),
        });
    },
    errors: [ProtocolError, SqlError, ServerError],
    seeds: packets([
      '0085a23f0000000040080000000000000000000000000000000000000000000000726f6f7400046162636473686f70006e617469766500020161016200',
      '010373656c6563742031',
      '01170100000000010000000001fd000161',
      '02726f6f7400046162636473686f70002d006e617469766500020161016200',
      '030a382e302e3000010000006162636465666768000fff2d0200ff8015000000000000000000006162636465666768696a6b6c006e617469766500',
      '0400010300fe000c000161010be8070102030405060708090a',
    ]),
  },
  manifest: {
    run: (input) => {
      const text = input.toString();
      decodeManifest(input, 'm');
      JSON.parse(text);
    },
    errors: [SnapshotError, SyntaxError],
    seeds: [Buffer.from(encodeManifest(sampleManifest).bytes)],
  },
  xml: {
    run: (input) => {
      const text = input.toString();
      for (const blob of elementsOf(text, 'Blob')) azureText(blob, 'Name');
      const root = readElement(text, 'ListBucketResult');
      if (root !== undefined) childrenOf(root, 'Contents');
    },
    errors: [],
    seeds: texts([
      '<?xml version="1.0"?><ListBucketResult><Contents><Key>a&amp;b</Key></Contents><![CDATA[x]]></ListBucketResult>',
      '<EnumerationResults><Blobs><Blob><Name>a</Name><Properties/></Blob></Blobs></EnumerationResults>',
    ]),
  },
};

/**
 * Mutates inputs of what reads foreign bytes, and goes on from those that reached code none before had reached, for two
 * minutes times `--scale` each. A fault is an error that bad input may not have, or a second for one input.
 */
export async function fuzz({ scale, only }: BenchOptions): Promise<void> {
  for (const [name, target] of Object.entries(targets)) {
    if (name.includes(only)) search(name, target, minutesEach * 60_000 * scale);
  }
}

function search(name: string, target: Target, lengthMs: number): void {
  using coverage = new Coverage();
  const corpus = [...target.seeds];
  for (const seed of corpus) attempt(name, target, seed);
  coverage.hasGrown();
  const endAt = performance.now() + lengthMs;
  let inputs = 0;
  while (performance.now() < endAt) {
    const some = Array.from({ length: batch }, () => mutated(corpus));
    for (const input of some) attempt(name, target, input);
    inputs += batch;
    if (!coverage.hasGrown({ keeps: false })) continue;
    for (const input of some) {
      attempt(name, target, input);
      if (coverage.hasGrown()) corpus.push(input);
    }
  }
  console.log(`${name}: ${inputs} inputs, ${corpus.length - target.seeds.length} of them new ways`);
}

const reported = new Set<string>();

function attempt(name: string, { run, errors }: Target, input: Buffer): void {
  const startedAt = performance.now();
  const tell = (what: string): void => {
    const key = `${name} ${what.replaceAll(/\d+/g, 'N')}`;
    if (reported.has(key)) return;
    reported.add(key);
    console.log(`${name}: ${what}\n  ${JSON.stringify(input.toString('latin1'))}`);
  };
  try {
    run(input);
  } catch (error) {
    if (!errors.some((known) => error instanceof known))
      tell(String(error instanceof Error ? error.stack : error));
  }
  const tookMs = performance.now() - startedAt;
  if (tookMs > slowMs) tell(`took ${Math.round(tookMs)} ms`);
}

/** Which blocks of our code have run, by V8's counters. */
class Coverage implements Disposable {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** True when a block has run since the last call that had not before. With `keeps: false` it stays a new one. */
  hasGrown({ keeps }: Readonly<{ keeps: boolean }> = { keeps: true }): boolean {
    let hasGrown = false;
    // A session of the same thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      for (const { url, functions } of result) {
        if (!url.includes('/src/')) continue;
        for (const { ranges } of functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            const block = `${url}:${startOffset}:${endOffset}:${Math.min(3, Math.floor(Math.log2(count)))}`;
            if (count === 0 || this.#seen.has(block)) continue;
            hasGrown = true;
            if (keeps) this.#seen.add(block);
          }
        }
      }
    });
    return hasGrown;
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }
}

function mutated(corpus: readonly Buffer[]): Buffer {
  let bytes = Buffer.from(pick(corpus));
  for (let change = 0; change <= Math.random() * 4; change++) {
    const at = Math.floor(Math.random() * (bytes.length + 1));
    const end = Math.min(bytes.length, at + Math.floor(Math.random() ** 3 * 40));
    const [head, cut, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    const other = pick(corpus);
    const from = Math.floor(Math.random() * other.length);
    const piece = other.subarray(from, from + 1 + Math.floor(Math.random() * 30));
    const byte = Buffer.of(Math.floor(Math.random() * 256));
    const kinds = [
      [head, tail],
      [head, cut, cut, tail],
      [head, piece, tail],
      [head, piece, cut, tail],
      [head, byte, tail.subarray(1)],
      [head, cut, cut, cut, cut, cut, cut, cut, cut, tail],
    ];
    bytes = Buffer.concat(pick(kinds)).subarray(0, inputBytesMax);
  }
  return bytes;
}

function pick<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)] as T;
}
