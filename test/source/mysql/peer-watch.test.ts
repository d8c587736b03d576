import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PeerWatch } from '../../../src/source/mysql/peer-watch.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const silenceMs = 1_000;

/** A connection whose bytes and whose server's answers to probes the test decides. */
class Peer {
  readonly clock = new ManualClock();
  bytes = 0;
  answers = true;
  probes = 0;
  readonly gone: number[] = [];
  readonly watch = new PeerWatch({
    received: () => this.bytes,
    probe: async () => {
      this.probes += 1;
      return this.answers;
    },
    silenceMs,
    clock: this.clock,
  });

  begin(): Disposable {
    return this.watch.begin((silentMs) => this.gone.push(silentMs));
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    // The probe's answer, and what comes of it.
    for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  }
}

describe('the watch over a server that an answer is awaited from', () => {
  it('asks nothing while bytes come', async () => {
    const peer = new Peer();
    using _watch = peer.begin();
    for (let second = 0; second < 10; second++) {
      peer.bytes += 1;
      await peer.pass(silenceMs);
    }
    assert.deepEqual([peer.probes, peer.gone], [0, []]);
  });

  it('waits for ever for a server that is silent on the connection and answers another', async () => {
    const peer = new Peer();
    using _watch = peer.begin();
    for (let second = 0; second < 1_000; second++) await peer.pass(silenceMs);
    assert.deepEqual([peer.probes, peer.gone], [1_000, []]);
  });

  it('says once that a server is gone when three probes in a row are not answered', async () => {
    const peer = new Peer();
    using _watch = peer.begin();
    peer.answers = false;
    await peer.pass(silenceMs);
    await peer.pass(silenceMs / 2);
    assert.deepEqual(peer.gone, []);
    await peer.pass(silenceMs / 2);
    assert.deepEqual(peer.gone, [2 * silenceMs]);
    await peer.pass(100 * silenceMs);
    assert.deepEqual([peer.probes, peer.gone.length, peer.clock.pending], [3, 1, 0]);
  });

  it('forgets the failures before an answer, and before bytes that came after all', async () => {
    const peer = new Peer();
    using _watch = peer.begin();
    const failTwice = async (): Promise<void> => {
      peer.answers = false;
      await peer.pass(silenceMs);
      await peer.pass(silenceMs / 2);
    };
    await failTwice();
    peer.answers = true;
    await peer.pass(silenceMs / 2);
    await failTwice();
    peer.bytes += 1;
    await peer.pass(silenceMs / 2);
    await failTwice();
    assert.deepEqual(peer.gone, []);
  });

  it('ends with the wait for the answer, also while it asks', async () => {
    const peer = new Peer();
    peer.answers = false;
    const watch = peer.begin();
    await peer.pass(silenceMs);
    await peer.pass(silenceMs / 2);
    peer.clock.advance(silenceMs / 2);
    watch[Symbol.dispose]();
    await peer.pass(10 * silenceMs);
    assert.deepEqual([peer.probes, peer.gone, peer.clock.pending], [3, [], 0]);
  });
});
