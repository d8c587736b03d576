import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, it } from 'node:test';
import { AnsweringThread, scriptBeside } from '../../src/base/answering-thread.ts';

const calm = new AbortController().signal;

function start(): AnsweringThread<string, string> {
  return new AnsweringThread(scriptBeside(import.meta.url, '../doubles/answering-worker'), 'test');
}

describe('a thread that answers', () => {
  it('gives each question its own answer, and says how many are open', async () => {
    await using thread = start();
    assert.equal(thread.open, 0);
    const answers = ['wait', 'a', 'b'].map((question) => thread.ask(question, [], calm));
    assert.equal(thread.open, 3);
    assert.deepEqual(await Promise.all(answers), ['heard wait', 'heard a', 'heard b']);
    assert.equal(thread.open, 0);
  });

  it('gives back what the operating system refuses, and goes on', async () => {
    await using thread = start();
    const file = '/nowhere/at/all';
    await assert.rejects(thread.ask(`read ${file}`, [], calm), {
      message: `ENOENT: no such file or directory, open '${file}'`,
      code: 'ENOENT',
      errno: -constants.errno.ENOENT,
      path: file,
    });
    assert.equal(await thread.ask('a', [], calm), 'heard a');
  });

  it('ends by a mistake of its program: the open questions fail, the next one starts another', async () => {
    await using thread = start();
    const broken = thread.ask('break', [], calm);
    const behind = thread.ask('a', [], calm);
    await assert.rejects(broken, /a mistake of the program/);
    await assert.rejects(behind, /a mistake of the program/);
    assert.equal(await thread.ask('b', [], calm), 'heard b');
  });

  it('fails the open questions when it ends without a word', async () => {
    await using thread = start();
    await assert.rejects(thread.ask('end', [], calm), /the thread 'test' ended with 3/);
    assert.equal(await thread.ask('b', [], calm), 'heard b');
  });

  it('lets go of a question that is given up, and drops its answer', async () => {
    await using thread = start();
    const controller = new AbortController();
    const slow = thread.ask('wait', [], controller.signal);
    controller.abort(new Error('given up'));
    await assert.rejects(slow, /given up/);
    await assert.rejects(thread.ask('a', [], controller.signal), /given up/);
    assert.equal(await thread.ask('b', [], calm), 'heard b');
    assert.equal(thread.open, 0);
  });

  it('can be closed before it was asked, and twice', async () => {
    const thread = start();
    await thread[Symbol.asyncDispose]();
    await thread[Symbol.asyncDispose]();
    await assert.rejects(thread.ask('a', [], calm), /is closed/);
  });
});
