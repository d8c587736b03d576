import { readFileSync } from 'node:fs';
import { answerQuestions } from '../../src/base/thread-answers.ts';

/** The thread of answering-thread.test.ts: reads a file, breaks, ends, or takes a while. */
answerQuestions((question: string) => {
  if (question === 'break') throw new TypeError('a mistake of the program');
  if (question === 'end') process.exit(3);
  if (question === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  if (question.startsWith('read ')) return { answer: readFileSync(question.slice(5), 'utf8') };
  return { answer: `heard ${question}` };
});
