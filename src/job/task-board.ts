import { present } from '../base/assert.ts';
import type { TaskId } from './job-id.ts';
import type { TaskError } from './job-record.ts';

/** How far one task is, in chunks. */
export type TaskProgress = Readonly<{ task: TaskId; done: number; total: number }>;

/** A job with very many broken tables must not fill its record: the first errors tell enough. */
const errorsMax = 20;
const errorLengthMax = 500;

/** The tasks of one running job, for SHOW. Lives in memory: after a restart the spool says it again. */
export class TaskBoard {
  readonly #tasks = new Map<TaskId, { done: number; total: number }>();
  readonly #errors: Map<TaskId, string>;

  constructor(errors: readonly TaskError[] = []) {
    this.#errors = new Map(errors.map(({ task, message }) => [task, message]));
  }

  begin(tasks: readonly TaskProgress[]): void {
    this.#tasks.clear();
    for (const { task, done, total } of tasks) this.#tasks.set(task, { done, total });
  }

  advance(task: TaskId): void {
    present(this.#tasks.get(task), `task ${task}`).done += 1;
  }

  /** Notes a failure that is tried again or ends the job. The last one of a task is kept. */
  fail(task: TaskId, message: string): void {
    if (this.#errors.size >= errorsMax && !this.#errors.has(task)) return;
    this.#errors.set(task, message.slice(0, errorLengthMax));
  }

  end(): void {
    this.#tasks.clear();
  }

  /** Tasks that are not done yet, by number. */
  unfinished(): readonly TaskProgress[] {
    return [...this.#tasks]
      .filter(([, { done, total }]) => done < total)
      .map(([task, { done, total }]) => ({ task, done, total }));
  }

  errors(): readonly TaskError[] {
    return [...this.#errors].map(([task, message]) => ({ task, message }));
  }
}
