/** Some milliseconds of work, so that a turn is short even where the processor is shared with ten others. */
const commandsPerTurn = 8;

/**
 * Spreads the beginnings of commands over the turns of the event loop. All commands that are there are read in one turn;
 * begun at once, those of some hundred sessions keep a new client from its greeting for longer than it waits. Between
 * turns clients are accepted and greeted, and results go on. In order of arrival.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #begun = 0;
  #isNextTold = false;

  /** Returns when a command may begin: at once, unless this turn has begun enough. */
  async next(): Promise<void> {
    if (!this.#isNextTold) setImmediate(() => this.#begin());
    this.#isNextTold = true;
    if (this.#begun < commandsPerTurn && this.#waiting.length === 0) {
      this.#begun += 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  #begin(): void {
    const due = this.#waiting.splice(0, commandsPerTurn);
    this.#begun = due.length;
    this.#isNextTold = due.length > 0;
    if (this.#isNextTold) setImmediate(() => this.#begin());
    for (const begin of due) begin();
  }
}
