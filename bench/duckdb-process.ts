/** DuckDB alone in a process, so that its memory can be told from Holdfast's: runs the SQL of each message. */
import { DuckDBInstance } from '@duckdb/node-api';

type Request = Readonly<{ path: string; memoryLimitMb: number; statements: readonly string[] }>;

process.on('message', (request: Request) => {
  void answer(request);
});

async function answer({ path, memoryLimitMb, statements }: Request): Promise<void> {
  try {
    const startedAt = performance.now();
    const instance = await DuckDBInstance.create(path, { memory_limit: `${memoryLimitMb}MiB` });
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement);
    const durationMs = performance.now() - startedAt;
    connection.closeSync();
    instance.closeSync();
    process.send?.({ durationMs });
  } catch (error) {
    process.send?.({ failure: String(error) });
  }
}
