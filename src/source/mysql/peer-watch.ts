import { type Clock, systemClock } from '../../base/clock.ts';

/** Probes that fail one after the other before a server is taken for gone: one may be lost on a busy network. */
const failuresMax = 3;

export type PeerWatchOptions = Readonly<{
  /** Bytes that the connection has received so far. */
  received: () => number;
  /** Whether the server answers another connection. Has a limit of its own, and never throws. */
  probe: () => Promise<boolean>;
  /** Nothing is asked of the server while it was heard of within so long; between two probes is half of it. */
  silenceMs: number;
  clock?: Clock;
}>;

/**
 * Tells a server that works from one that is gone without a word, as behind a network that was cut. An answer may take
 * hours, so that no time limit tells the two apart; but a server that works answers a second connection meanwhile.
 */
export class PeerWatch {
  readonly #options: PeerWatchOptions;
  readonly #clock: Clock;

  constructor(options: PeerWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Until disposed of: `onGone` is called once when the connection is silent and the server answers nobody. */
  begin(onGone: (silentMs: number) => void): Disposable {
    const { received, probe, silenceMs } = this.#options;
    let heard = { bytes: received(), at: this.#clock.elapsed() };
    let failures = 0;
    let timer: Disposable | undefined;
    let isOver = false;
    const lookIn = (delayMs: number): void => {
      timer = this.#clock.schedule(delayMs, () => void look());
    };
    const look = async (): Promise<void> => {
      if (received() !== heard.bytes) return hear();
      const isThere = await probe();
      if (isOver) return;
      if (isThere || received() !== heard.bytes) return hear();
      failures += 1;
      if (failures < failuresMax) return lookIn(silenceMs / 2);
      onGone(this.#clock.elapsed() - heard.at);
    };
    const hear = (): void => {
      heard = { bytes: received(), at: this.#clock.elapsed() };
      failures = 0;
      lookIn(silenceMs);
    };
    lookIn(silenceMs);
    return {
      [Symbol.dispose]: () => {
        isOver = true;
        timer?.[Symbol.dispose]();
      },
    };
  }
}
