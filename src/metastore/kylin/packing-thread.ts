import { AnsweringThread, scriptBeside } from '../../base/answering-thread.ts';
import { joinBytes, type JoinedBytes, splitBytes } from './joined-bytes.ts';

/** `cell`: a cell of Kylin's tables; `entry`: the body of an archive's entry. */
export type PackedForm = 'cell' | 'entry';

export type PackingQuestion = JoinedBytes &
  Readonly<{
    kind: 'pack' | 'unpack';
    form: PackedForm;
    /** Of an entry's content, as its header tells: the most that is unpacked. */
    sizes: readonly number[];
  }>;

/** What is unpacked at once: an answer with more has fewer contents than were asked for. */
export const answerBytes: number = 8 * 1024 * 1024;

/** `broken` are the places of those that cannot be unpacked; their pieces are empty. */
export type PackingAnswer = JoinedBytes & Readonly<{ broken: readonly number[] }>;

/** What was begun is waited for. */
const never = new AbortController().signal;

/**
 * Packs and unpacks many small contents in a thread of its own. Each has a packer with buffers of its own, which the collector
 * of a thread that holds little else gets rid of soonest.
 */
export class PackingThread implements AsyncDisposable {
  readonly #thread = new AnsweringThread<PackingQuestion, PackingAnswer>(
    scriptBeside(import.meta.url, 'packing-worker'),
    'packed metadata',
  );

  /** An entry that packing would not make smaller comes back as it is. */
  async pack(form: PackedForm, contents: readonly Uint8Array[]): Promise<readonly Buffer[]> {
    return splitBytes(await this.#ask({ kind: 'pack', form, sizes: [], ...joinBytes(contents) }));
  }

  /** The first contents, at least one; undefined for what cannot be unpacked, or is more than its size says. */
  async unpack(
    form: PackedForm,
    packed: readonly Uint8Array[],
    sizes: readonly number[] = [],
  ): Promise<readonly (Buffer | undefined)[]> {
    const answer = await this.#ask({ kind: 'unpack', form, sizes, ...joinBytes(packed) });
    const broken = new Set(answer.broken);
    return splitBytes(answer).map((piece, index) => (broken.has(index) ? undefined : piece));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread[Symbol.asyncDispose]();
  }

  #ask(question: PackingQuestion): Promise<PackingAnswer> {
    return this.#thread.ask(question, [question.bytes], never);
  }
}
