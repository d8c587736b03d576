import { parentPort } from 'node:worker_threads';
import { present, unreachable } from '../../base/assert.ts';
import { Secret } from '../../base/secret.ts';
import { PageBuffers } from '../parquet/page-buffers.ts';
import { connectMysql } from './connect.ts';
import { serverErrorNumber, sourceErrorOf } from './errors.ts';
import { readRows, type ReadingConnection } from './read-rows.ts';
import type { PlainOptions, ReaderAnswer, ReaderQuestion } from './reader-protocol.ts';
import { RowBatch } from './row-batch.ts';

/**
 * The thread of a reader: a connection, and the encoding of what comes from it. Behind `close` it may be opened for
 * another reader. It is ended from outside.
 */
const port = present(parentPort, 'the port of a reader');
const never = new AbortController().signal;
let reading: ReadingConnection | undefined;

port.on('message', (question: ReaderQuestion) => {
  // oxlint-disable-next-line promise/prefer-await-to-then -- a listener cannot wait
  void answerOf(question).then((answer) => port.postMessage(answer));
});

async function answerOf(question: ReaderQuestion): Promise<ReaderAnswer> {
  try {
    return await work(question);
  } catch (error) {
    const { kind, message } = sourceErrorOf(error, 'a reader failed');
    const errno = serverErrorNumber(error);
    return {
      kind: 'failed',
      error: kind,
      message,
      ...(errno !== undefined && { errno }),
      isAlive: reading?.connection.isAlive ?? false,
    };
  }
}

async function work(question: ReaderQuestion): Promise<ReaderAnswer> {
  switch (question.kind) {
    case 'open':
      reading = {
        connection: await connectMysql(
          withSecrets(question.options),
          { lendsBuffer: true, severalStatements: true },
          never,
        ),
        buffers: new PageBuffers(),
        batch: new RowBatch(),
      };
      // While MariaDB has a binary log, ROLLBACK TO SAVEPOINT lets go of metadata locks only of such sessions.
      await reading.connection.tryRun('SET SESSION sql_log_bin = 0', never);
      return { kind: 'done' };
    case 'run':
      for (const statement of question.statements) await opened().connection.run(statement, never);
      return { kind: 'done' };
    case 'read':
      return { kind: 'read', result: await readRows(opened(), question.request, never) };
    case 'close':
      await reading?.connection[Symbol.asyncDispose]();
      reading = undefined;
      return { kind: 'done' };
    default:
      return unreachable(question);
  }
}

function opened(): ReadingConnection {
  return present(reading, 'the connection of a reader');
}

function withSecrets({ password, tlsKey, ...options }: PlainOptions): Parameters<typeof connectMysql>[0] {
  return {
    ...options,
    password: new Secret(password),
    ...(tlsKey !== undefined && { tlsKey: new Secret(tlsKey) }),
  };
}
