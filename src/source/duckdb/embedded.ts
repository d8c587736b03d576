import { DynamicPartitions } from './dynamic-partitions.ts';
import { Engine, type EngineOptions } from './engine/engine.ts';
import { Refresher } from './materialized/refresher.ts';
import { ConnectionPool } from './session/connection-pool.ts';

/** The embedded engine, and what works in it behind the statements of logins: closed with it, and started by whoever opens it. */
export type Embedded = AsyncDisposable &
  Readonly<{
    engine: Engine;
    /** Of all sessions. */
    connections: ConnectionPool;
    refresher: Refresher;
    dynamicPartitions: DynamicPartitions;
  }>;

/** Opens or makes the engine's file. Fails when another process has it open. */
export async function openEmbedded(options: EngineOptions): Promise<Embedded> {
  const engine = await Engine.open(options);
  const connections = new ConnectionPool(engine);
  const refresher = new Refresher(engine);
  const dynamicPartitions = new DynamicPartitions(engine);
  return {
    engine,
    connections,
    refresher,
    dynamicPartitions,
    [Symbol.asyncDispose]: async () => {
      await refresher[Symbol.asyncDispose]();
      await dynamicPartitions[Symbol.asyncDispose]();
      connections[Symbol.dispose]();
      await engine.close();
    },
  };
}
