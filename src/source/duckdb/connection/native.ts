import duckdb from '@duckdb/node-bindings';
import type { DuckDBDataChunk, DuckDBPendingResult } from '@duckdb/node-api';

/**
 * The few calls below the public classes of `@duckdb/node-api`: they hand over a vector's memory as it is, where the
 * classes make one object per value.
 */

export type NativeVector = duckdb.Vector;

/** A vector of a chunk. Its memory is copied by the readers below, so that it may outlive the chunk. */
export function vectorOf(chunk: DuckDBDataChunk, column: number): NativeVector {
  return duckdb.data_chunk_get_vector(chunk.chunk, column);
}

/** A copy of the first `byteCount` bytes of the vector's data. */
export function dataOf(vector: NativeVector, byteCount: number): Uint8Array {
  return duckdb.vector_get_data(vector, byteCount);
}

/** Validity bits of the first `rowCount` rows in the form of base/rows; undefined when every row has a value. */
export function validityOf(vector: NativeVector, rowCount: number): Uint8Array | undefined {
  const words = Math.ceil(rowCount / 64);
  // The binding's type forgets that a vector without NULLs has no mask.
  const mask: Uint8Array | null = duckdb.vector_get_validity(vector, words * 8);
  return mask ?? undefined;
}

/** Copies `byteCount` bytes from an address that a vector's data named. */
export function memoryAt(address: number, byteCount: number): Uint8Array {
  const pointer = new ArrayBuffer(8);
  const view = new DataView(pointer);
  view.setUint32(0, address % twoTo32, true);
  view.setUint32(4, Math.floor(address / twoTo32), true);
  return duckdb.get_data_from_pointer(pointer, 0, byteCount);
}

/** Writes a value into a vector of a chunk that is going to be appended. */
export function assignText(vector: NativeVector, row: number, text: string): void {
  duckdb.vector_assign_string_element(vector, row, text);
}

export function assignBytes(vector: NativeVector, row: number, bytes: Uint8Array): void {
  duckdb.vector_assign_string_element_len(vector, row, bytes);
}

/** Sets the validity bits of a vector that is going to be appended. `mask` has whole 64-bit words. */
export function assignValidity(vector: NativeVector, mask: Uint8Array<ArrayBuffer>): void {
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, mask.buffer, mask.byteOffset, mask.byteLength);
}

/**
 * Whether a statement has come to its end in the engine's own threads. Runs none of it, as the class's `runTask` would.
 * Throws DuckDB's error when it has failed.
 */
export function isExecuted(pending: DuckDBPendingResult): boolean {
  const native = pending['pending_result'];
  const state = duckdb.pending_execute_check_state(native);
  // DuckDB's C API has no name for "finished" here, and calls it an error without a text.
  const error = state === duckdb.PendingState.ERROR ? duckdb.pending_error(native) : '';
  if (error !== '') throw new Error(error);
  return duckdb.pending_execution_is_finished(state);
}

export const twoTo32 = 4_294_967_296;
