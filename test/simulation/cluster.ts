import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Gates } from './gates.ts';
import { Machine, type MachineParts } from './machine.ts';

/** A machine, and for how many calls it goes on alone. */
export type Turn<R> = Readonly<{ machine: Machine<R>; calls: number }>;

export type ClusterParts<R> = Readonly<{
  gates: Gates;
  chance: Chance;
  /** Names of the machines, in the order in which they start. */
  names: readonly string[];
  machine: Omit<MachineParts<R>, 'gates' | 'chance' | 'failed'>;
  heartbeatMs: number;
  timeoutMs: number;
  /** How often, one in so many, it is not a call that gets its answer which happens next. */
  oneIn: Readonly<{ user: number; trouble: number; short: number; long: number }>;
  /** Somebody sends a statement, if anybody can take it. */
  userActs: () => void;
  /** With it one machine after another goes on alone, and nobody sends other statements; else any call is answered next. */
  turn?: () => Turn<R>;
  /** Throws what is not true of the world. */
  check: () => Promise<void>;
  isAtRest: () => boolean;
}>;

/** What happens next to several machines: one thing after another, and at the end nothing bad any more. */
export class Cluster<R> {
  readonly machines: readonly Machine<R>[];
  readonly #parts: ClusterParts<R>;
  #error: unknown;
  #turn: Turn<R> | undefined;

  constructor(parts: ClusterParts<R>) {
    this.#parts = parts;
    const { gates, chance, machine, names } = parts;
    const failed = (error: unknown): void => this.failed(error);
    this.machines = names.map((name) => new Machine(name, { ...machine, gates, chance, failed }));
  }

  /** What no trouble of the world explains ends the run with the next step. */
  failed(error: unknown): void {
    this.#error ??= error;
  }

  /** Lets so many things happen. Throws what is not true. */
  async run(steps: number): Promise<void> {
    for (const machine of this.machines) machine.start();
    for (let step = 0; step < steps; step++) {
      this.#act();
      await this.settle();
    }
  }

  /** Troubles have ended: whoever is dead starts again, and everything comes to its end. False when something is stuck. */
  async comeToRest(stepsMax: number): Promise<boolean> {
    const { machines } = this;
    const { gates, isAtRest } = this.#parts;
    for (const machine of machines) machine.calm();
    await this.settle();
    for (let step = 0; step < stepsMax; step++) {
      const dead = machines.filter(({ life }) => !life.isAlive);
      for (const machine of dead) machine.start();
      if (dead.length > 0) await this.settle();
      if (gates.waiting > 0) this.openOne();
      else if (isAtRest()) return true;
      else if (!gates.advanceToNext()) return false;
      await this.settle();
    }
    return false;
  }

  /** A call that is under way gets its answer; else time goes on to the next timer. */
  openOne(): void {
    const { gates, chance } = this.#parts;
    if (gates.waiting > 0) gates.open(chance.below(gates.waiting));
    else gates.advanceToNext();
  }

  /** Lets everything that can go on without an answer go on, then looks whether the world is in order. */
  async settle(): Promise<void> {
    await nextTurn();
    if (this.#error !== undefined) throw this.#error;
    await this.#parts.check();
  }

  #act(): void {
    const { gates, chance, heartbeatMs, timeoutMs, oneIn, userActs, turn } = this.#parts;
    if (turn === undefined && chance.oneIn(oneIn.user)) return userActs();
    if (chance.oneIn(oneIn.trouble)) return chance.pick(this.machines).trouble();
    if (chance.oneIn(oneIn.short)) return gates.advance(chance.below(heartbeatMs));
    if (chance.oneIn(oneIn.long)) return gates.advance(chance.below(2 * timeoutMs));
    if (turn === undefined) this.openOne();
    else this.#goOnAlone(turn);
  }

  /** Time goes on when no machine waits for anything else. */
  #goOnAlone(turn: () => Turn<R>): void {
    const { gates, chance } = this.#parts;
    if (this.#turn === undefined) {
      if (gates.waiting === 0) gates.advanceToNext();
      // What it has been told becomes calls before the next step.
      this.#turn = turn();
      return;
    }
    const { machine, calls } = this.#turn;
    const waiting = gates.waitingOf(machine.life);
    if (waiting > 0) gates.openOf(machine.life, chance.below(waiting));
    this.#turn = waiting > 0 && calls > 1 ? { machine, calls: calls - 1 } : undefined;
  }
}
