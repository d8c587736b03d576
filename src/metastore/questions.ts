import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { pause } from '../base/waiting.ts';
import type { MetadataStore } from './metadata-store.ts';
import { MetastoreError } from './metastore.ts';
import { NotOwnerError, type Ownership } from './ownership.ts';
import type { AskedQuestion, QuestionStore } from './shared-store.ts';

export type QuestionParts = Readonly<{
  store: QuestionStore & Pick<MetadataStore, 'epoch'>;
  ownership: Ownership;
  node: string;
  clock: Clock;
  log: Log;
  /** Resolves when everything is known here that had been committed when it was called. Throws MetastoreError. */
  catchUp: () => Promise<void>;
  /** How long a question waits for a node that takes it: until a dead owner's lease has gone to another. */
  takeMsMax: number;
}>;

/** Answers a question of another node; a failure is an answer, too. */
export type Answerer = (body: string) => Promise<string>;

/** Between two looks for an answer: an owner that runs at once has answered by the second or third. */
const lookEveryMs = 40;
/** Between two looks whether the node that has taken a question is still the owner. */
const ownerEveryMs = 1_000;
/** Questions answered here at once. */
const answersMax = 16;
/** An answer that cannot be written is tried again so often, with a pause that doubles from a fifth of a second. */
const answerAttemptsMax = 6;
const answerPauseMs = 200;

/** Asks the owner of a project to run something, and runs what others ask. */
export class Questions {
  readonly #parts: QuestionParts;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #taking = new Set<number>();

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  /**
   * The owner's answer. Throws MetastoreError `unavailable` when no node takes the question in time, which then was
   * certainly not run, or when the node that had taken it was lost, so that nobody knows; `signal`'s reason when it
   * aborts.
   */
  async ask(project: string, body: string, signal: AbortSignal): Promise<string> {
    const { store, node } = this.#parts;
    const id = await store.ask({ project, body, node });
    try {
      return await this.#answerOf(id, project, signal);
    } catch (error) {
      // What nobody has taken is not run any more.
      await store.withdraw(id).catch(() => false);
      throw error;
    }
  }

  /** Looks for questions that this node may answer, and begins with them. Throws MetastoreError. */
  async serve(answerer: Answerer): Promise<void> {
    const { store, takeMsMax } = this.#parts;
    const free = answersMax - this.#running.size;
    if (free <= 0 || this.#stopped.signal.aborted) return;
    const asked = await store.questions(takeMsMax, free, this.#stopped.signal);
    for (const question of asked) {
      if (this.#taking.has(question.id)) continue;
      this.#taking.add(question.id);
      const work = this.#take(question, answerer).finally(() => {
        this.#taking.delete(question.id);
        this.#running.delete(work);
      });
      this.#running.add(work);
    }
  }

  /** Takes nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped.abort(new MetastoreError('unavailable', 'the node stops'));
    await Promise.all(this.#running);
  }

  async #answerOf(id: number, project: string, signal: AbortSignal): Promise<string> {
    const { store, clock, takeMsMax } = this.#parts;
    const startedAt = clock.elapsed();
    let lookedAt = startedAt;
    for (;;) {
      const state = await store.question(id, signal);
      if (state === undefined) throw lost(project);
      if (state.answer !== undefined) {
        await store.forget(id);
        return state.answer;
      }
      const now = clock.elapsed();
      if (state.takenBy === '' && now - startedAt > takeMsMax && (await store.withdraw(id))) {
        throw new MetastoreError(
          'unavailable',
          `no node runs the jobs of '${project}' now: nothing was done`,
        );
      }
      if (state.takenBy !== '' && now - lookedAt > ownerEveryMs) {
        lookedAt = now;
        const epoch = await store.epoch(project, signal);
        const isLost = epoch === undefined || epoch.epoch !== state.epoch || epoch.owner !== state.takenBy;
        if (isLost && (await store.question(id, signal))?.answer === undefined) throw lost(project);
      }
      await pause(clock, lookEveryMs, signal);
    }
  }

  async #take(question: AskedQuestion, answerer: Answerer): Promise<void> {
    const { store, ownership, catchUp, node, clock, log } = this.#parts;
    const { id, project, body } = question;
    try {
      await ownership.require(project);
      // It may be about what was made just before, by another node.
      await catchUp();
      if (!(await store.take(id, node, ownership.epochOf(project)))) return;
    } catch (error) {
      // Another node's, or nobody's as long as the store is away: it stays where it is.
      if (error instanceof NotOwnerError || error instanceof MetastoreError) return;
      throw error;
    }
    const answer = await answerer(body);
    for (let attempt = 1; ; attempt++) {
      try {
        await store.answer(id, answer);
        return;
      } catch (error) {
        if (!(error instanceof MetastoreError) || attempt === answerAttemptsMax) {
          log.error('answer_not_given', { project, error: String(error) });
          return;
        }
      }
      await pause(clock, answerPauseMs * 2 ** (attempt - 1));
    }
  }
}

function lost(project: string): MetastoreError {
  const text = `the node that ran the statement for '${project}' was lost: look whether it was done`;
  return new MetastoreError('unavailable', text);
}
