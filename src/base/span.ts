/** Where the bytes of one value lie: in `source`, from `start` to before `end`. Filled anew for each value: it costs no object. */
export type Span = { source: Uint8Array; start: number; end: number };

/** Says where the bytes of a row's value lie. */
export type Locate = (row: number, span: Span) => void;

const nothing = new Uint8Array();

export function emptySpan(): Span {
  return { source: nothing, start: 0, end: 0 };
}

/** The bytes of one row's value, not copied. */
export function bytesAt(locate: Locate, row: number): Uint8Array {
  const span = emptySpan();
  locate(row, span);
  return span.source.subarray(span.start, span.end);
}

/** Values that are arrays of their own already. */
export function locateWhole(bytesOf: (row: number) => Uint8Array): Locate {
  return (row, span) => {
    span.source = bytesOf(row);
    span.start = 0;
    span.end = span.source.length;
  };
}
