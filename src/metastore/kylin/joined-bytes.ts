/** Pieces one after another, as they go to a thread and come back: an own buffer, which can be transferred. */
export type JoinedBytes = Readonly<{ lengths: readonly number[]; bytes: ArrayBuffer }>;

export function joinBytes(pieces: readonly Uint8Array[]): JoinedBytes {
  const joined = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return { lengths: pieces.map(({ length }) => length), bytes: joined.buffer };
}

/** The pieces as views of the one buffer. */
export function splitBytes({ lengths, bytes }: JoinedBytes): readonly Buffer[] {
  let at = 0;
  return lengths.map((length) => {
    const piece = Buffer.from(bytes, at, length);
    at += length;
    return piece;
  });
}
