import { createServer } from 'node:net';

/** So many ports of the loopback interface that nobody listens on now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  return ports;
}

/** True once something that speaks HTTP answers there: for `until`. */
export async function answersHttp(port: number): Promise<true | undefined> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    return undefined;
  }
}

async function listen(): Promise<Readonly<{ port: number; close: () => Promise<void> }>> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
