import assert from 'node:assert/strict';
import { it } from 'node:test';
import { patternBytes, put, read } from '../../conformance/blob-store/support.ts';
import { type KeyedCloud, openCloud, startCloud } from '../../support/cloud-double.ts';
import { cos, oss, s3 } from '../../support/clouds.ts';
import { Relay } from '../../support/relay.ts';
import { slowly } from '../../support/slow-network.ts';

/** Twice the slowest that is not taken for dead. */
const network = { bytesPerSecond: 100 * 1024, latencyMs: 5 };
/** Takes longer to pass than a store may be silent, and is taken by the system at once. */
const sizeBytes = 256 * 1024;
const callTimeoutMs = 1_000;

it('takes no store for dead that is behind a slow network', async () => {
  await Promise.all([s3, oss, cos].map(writeAndRead));
});

async function writeAndRead(cloud: KeyedCloud): Promise<void> {
  await using server = await startCloud(cloud);
  const target = Number(new URL(server.endpoint).port);
  const listen = { host: '127.0.0.1', port: 0 };
  await using relay = await Relay.open({ listen, target, through: slowly(network) });
  const properties = cloud.propertiesAt(`http://127.0.0.1:${relay.port}`);
  await using store = await openCloud(cloud, server, { properties, parts: { settings: { callTimeoutMs } } });
  const bytes = patternBytes(sizeBytes);
  await put(store, 'a', bytes);
  assert.deepEqual(await read(store, 'a'), bytes, cloud.name);
}
