/** One writer per project at a time, in order of arrival; projects do not wait for each other. */
export class ProjectLocks {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` when all that came before it for this project have settled. */
  async run<T>(project: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(project) ?? Promise.resolve();
    const turn = before.then(work);
    const tail = turn.then(settled, settled);
    this.#tails.set(project, tail);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(project) === tail) this.#tails.delete(project);
    }
  }

  /** Resolves when everything that has been started so far has settled. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}

/** The turn's own promise tells its caller how it ended; the next in line only waits for the end. */
function settled(): void {}
