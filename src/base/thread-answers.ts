import { parentPort } from 'node:worker_threads';
import type { Answered, Asked, SystemFailure } from './answering-thread.ts';
import { present } from './assert.ts';

/** `transferred` are buffers of the answer that the thread gives away. */
export type Given<Answer> = Readonly<{ answer: Answer; transferred?: readonly ArrayBuffer[] }>;

/**
 * Makes of the thread that it is called in one that an `AnsweringThread` may ask. What the operating system refuses goes
 * back as the answer; any other error is a mistake of the program, and ends the thread.
 */
export function answerQuestions<Question, Answer>(answerTo: (question: Question) => Given<Answer>): void {
  const port = present(parentPort, 'the port of a thread');
  port.on('message', ({ id, question }: Asked<Question>) => {
    const { answered, transferred } = settled(id, () => answerTo(question));
    port.postMessage(answered, transferred);
  });
}

/** What the system said, or undefined for any other error. */
export function systemFailure(error: unknown): SystemFailure | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  return { message: error.message, code: error.code, errno, path };
}

function settled<Answer>(
  id: number,
  work: () => Given<Answer>,
): Readonly<{ answered: Answered<Answer>; transferred: readonly ArrayBuffer[] }> {
  try {
    const { answer, transferred = [] } = work();
    return { answered: { id, kind: 'answer', answer }, transferred };
  } catch (error) {
    const failure = systemFailure(error);
    if (failure === undefined) throw error;
    return { answered: { id, kind: 'failed', failure }, transferred: [] };
  }
}
