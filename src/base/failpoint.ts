/** Places at which a crash, or a fault, must do no harm. What is written right before or after each stands in its name. */
export const failpoints = [
  'metastore.before_commit',
  'metastore.after_commit',
  'staging.part_written',
  'staging.written',
  'staging.received',
  'blob.before_put',
  'blob.after_put',
  'manifest.before_put',
  'manifest.after_put',
  'shadow.prepared',
  'shadow.loaded',
  'swap.before',
  'swap.inside',
  'swap.swap_journalled',
  'swap.database_made',
  'swap.swapped',
  'swap.partitions_exchanged',
  'swap.followers_pointed',
  'swap.replaced_dropped',
  'swap.foreign_keys_added',
  'swap.objects_made',
  'swap.after',
  'cleanup.before',
  'cleanup.manifest_deleted',
  'cleanup.blobs_deleted',
  'cleanup.after',
  'metadata.files_written',
  'metadata.folder_named',
  'metadata.archive_put',
  'metadata.description_put',
  'metadata.rows_sent',
  'metadata.before_commit',
  'metadata.after_commit',
  'keys.written',
  'keys.required',
  'keys.resealed',
] as const;
export type Failpoint = (typeof failpoints)[number];

let armed: ((name: Failpoint) => void) | undefined;

/** For a test, which is loaded into the process before `main.ts`: nothing that a server reads can do it. */
export function armFailpoints(strike: (name: Failpoint) => void): void {
  armed = strike;
}

/** Nothing but a comparison unless a test has armed it; then the process may end here, or an error be thrown. */
export function failpoint(name: Failpoint): void {
  armed?.(name);
}
