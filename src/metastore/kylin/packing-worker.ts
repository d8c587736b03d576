import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { unreachable } from '../../base/assert.ts';
import { answerQuestions, type Given } from '../../base/thread-answers.ts';
import { decodeContent, encodeContent } from './content.ts';
import { joinBytes, splitBytes } from './joined-bytes.ts';
import { answerBytes, type PackingAnswer, type PackingQuestion } from './packing-thread.ts';

const nothing = new Uint8Array(0);

answerQuestions((question: PackingQuestion): Given<PackingAnswer> => {
  const { pieces, broken } = question.kind === 'pack' ? packAll(question) : unpackFirst(question);
  const joined = joinBytes(pieces);
  return { answer: { ...joined, broken }, transferred: [joined.bytes] };
});

type Worked = Readonly<{ pieces: readonly Uint8Array[]; broken: readonly number[] }>;

function packAll(question: PackingQuestion): Worked {
  return { pieces: splitBytes(question).map((piece) => pack(question, piece)), broken: [] };
}

function unpackFirst(question: PackingQuestion): Worked {
  const pieces: Uint8Array[] = [];
  const broken: number[] = [];
  let total = 0;
  for (const [index, piece] of splitBytes(question).entries()) {
    const unpacked = unpack(question, piece, question.sizes[index] ?? 0);
    if (unpacked === undefined) broken.push(index);
    pieces.push(unpacked ?? nothing);
    total += unpacked?.length ?? 0;
    if (total >= answerBytes) break;
  }
  return { pieces, broken };
}

function pack({ form }: PackingQuestion, content: Uint8Array): Uint8Array {
  if (form === 'cell') return encodeContent(content);
  const deflated = deflateRawSync(content);
  return deflated.length < content.length ? deflated : content;
}

function unpack({ form }: PackingQuestion, packed: Uint8Array, size: number): Uint8Array | undefined {
  switch (form) {
    case 'cell':
      return decodeContent(packed);
    case 'entry':
      return inflated(packed, size);
    default:
      return unreachable(form);
  }
}

/** Undefined for what is no deflated content of that size, or of less. */
function inflated(packed: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return undefined;
  }
}
