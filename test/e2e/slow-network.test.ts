import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { changeBank, digestBank, makeBank } from '../support/bank.ts';
import { radosgwPlace } from '../support/crash-bucket.ts';
import { serverSource } from '../support/crash-subjects.ts';
import { CrashWorld } from '../support/crash-world.ts';
import { DatabaseServer } from '../support/database-server.ts';
import { mariadb, mariadbSkipReason } from '../support/mariadb-server.ts';
import { findRadosgw, skipReason } from '../support/programs.ts';
import { Relay } from '../support/relay.ts';
import { type SlowNetwork, slowly } from '../support/slow-network.ts';

const toSource = { bytesPerSecond: 400 * 1024, latencyMs: 2 };
/** Twice the slowest that is not taken for dead; what takes longer than a store may be silent is sent in slow-peer.test.ts. */
const toStore = { bytesPerSecond: 100 * 1024, latencyMs: 2 };
const callTimeoutMs = 1_000;
const thousands = 2;

/** Not in the suite: what a slow store must not be taken for is tested in slow-peer.test.ts, in seconds. */
const notAsked =
  process.env['SLOW'] !== '1' && 'takes a minute: SLOW=1 node --test test/e2e/slow-network.test.ts runs it';

describe(
  'a slow network between Holdfast and its source and store',
  { skip: notAsked || mariadbSkipReason() || skipReason(findRadosgw(), 'radosgw') },
  () => {
    const held = new AsyncDisposableStack();
    let world: CrashWorld;

    before(async () => {
      const server = await DatabaseServer.start(mariadb);
      const nearSource = await slowPort(server.port, toSource);
      const reached = { port: String(nearSource), tls: 'disabled', connect_timeout_ms: '2000' };
      const source = held.use(await serverSource(server, reached));
      assert(source.direct);
      await makeBank(source.direct, thousands);
      const place = held.use(await radosgwPlace('r'));
      const nearStore = await slowPort(place.gateway.port, toStore);
      const properties = place.properties.replace(`:${place.gateway.port}`, `:${nearStore}`);
      world = held.use(await CrashWorld.create({ source, store: { ...place, properties } }));
      await world.connection.query(
        `ADMIN SET FRONTEND CONFIG ("storage_call_timeout_ms" = "${callTimeoutMs}")`,
      );
      // A store that is open keeps the time it was opened with.
      await world.stop();
      await world.start();
    });
    after(() => held.disposeAsync());

    async function slowPort(target: number, network: SlowNetwork): Promise<number> {
      const listen = { host: '127.0.0.1', port: 0 };
      return held.use(await Relay.open({ listen, target, through: slowly(network) })).port;
    }

    it('is borne by a backup and a restore, with nothing lost', async () => {
      const backedUp = await digestBank(world.rowsConnection);
      assert.equal((await world.backUp('nightly'))['Status'], '[OK]');
      await changeBank(world.rowsConnection, 1);
      assert.equal((await world.restore('nightly'))['Status'], '[OK]');
      assert.deepEqual(await digestBank(world.rowsConnection), backedUp);
    });
  },
);
