import { MetastoreError } from '../../src/metastore/metastore.ts';
import type { MemoryFolder } from '../support/memory-files.ts';
import type { Chance } from './chance.ts';
import type { Gates, Life } from './gates.ts';

export type MachineParts<R> = Readonly<{
  gates: Gates;
  chance: Chance;
  /** Starts the process; `life` ends with it. */
  open: (machine: Machine<R>, life: Life) => Promise<R>;
  /** Told of what no trouble of the world explains. */
  failed: (error: unknown) => void;
  /** Requests that take effect though the process that has sent them stands still. */
  isSent: (request: string) => boolean;
  /** True when a process that goes on sees its answers before its timers. */
  isLateAwake?: () => boolean;
}>;

/** No clock is more wrong than two hours. */
const skewMsMax = 7_200_000;

/** One computer of the simulation: its disk, its clock, its way to the others, and the process on it. */
export class Machine<R> {
  readonly name: string;
  readonly folder: MemoryFolder = new Map();
  /** Milliseconds by which its clock is wrong. */
  readonly skewMs: number;
  readonly #parts: MachineParts<R>;
  life: Life = { isAlive: false };
  running: R | undefined;
  /** True while it does not reach the metastore. */
  isCut = false;
  starts = 0;

  constructor(name: string, parts: MachineParts<R>) {
    this.name = name;
    this.#parts = parts;
    this.skewMs = parts.chance.below(skewMsMax);
  }

  get isReady(): boolean {
    return this.running !== undefined && this.life.isPaused !== true;
  }

  start(): void {
    const life: Life = { isAlive: true };
    this.life = life;
    this.starts += 1;
    const publish = async (): Promise<void> => {
      const running = await this.#parts.open(this, life);
      if (life.isAlive) this.running = running;
    };
    publish().catch((error: unknown) => {
      if (!(error instanceof MetastoreError)) this.#parts.failed(error);
      // The store did not answer: whoever starts servers tries again.
      else if (life.isAlive) this.crash();
    });
  }

  crash(): void {
    const { gates, chance } = this.#parts;
    gates.crash(this.life, () => chance.oneIn(2));
    this.running = undefined;
  }

  /** It dies, comes back, stands still, goes on, is cut off or found again. */
  trouble(): void {
    const { gates, chance, isSent } = this.#parts;
    if (!this.life.isAlive) return this.start();
    if (this.life.isPaused) return gates.resume(this.life, this.#parts.isLateAwake?.());
    const what = chance.pick(['crash', 'pause', 'cut'] as const);
    if (what === 'crash') this.crash();
    else if (what === 'cut') this.isCut = !this.isCut;
    else gates.pause(this.life, isSent);
  }

  /** The end of all troubles but that a process has ended. */
  calm(): void {
    this.isCut = false;
    if (this.life.isPaused) this.#parts.gates.resume(this.life);
  }
}
