import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what the kernel gives to connections, and to servers that leave the choice to it (ip_local_port_range). */
const portRange = [10_000, 32_768] as const;

/**
 * So many ports of the loopback interface that nobody listens on now. No connection that another test opens gets one of
 * them before its server listens.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  return ports;
}

/** True once something that speaks HTTP answers there: for `until`. */
export async function answersHttp(port: number): Promise<true | undefined> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(20_000) });
    return true;
  } catch {
    return undefined;
  }
}

type Listening = Readonly<{ port: number; close: () => Promise<void> }>;

async function listen(): Promise<Listening> {
  for (;;) {
    const listening = await listenOn(randomInt(...portRange));
    if (listening !== undefined) return listening;
  }
}

/** Undefined when somebody else listens there. */
async function listenOn(port: number): Promise<Listening | undefined> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  server.once('listening', () => resolve(true));
  server.once('error', (error: NodeJS.ErrnoException) =>
    error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
  );
  server.listen(port, '127.0.0.1');
  if (!(await promise)) return undefined;
  return { port, close: () => new Promise((closed) => server.close(() => closed())) };
}
