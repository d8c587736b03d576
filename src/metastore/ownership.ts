/**
 * Which projects this node may write, and whose jobs it may run. With the embedded metastore there is one node and it
 * may do everything; with a shared one `leases.ts` decides.
 */
export interface Ownership {
  /** True while the lease of the project is surely this node's. Asks nobody: cheap enough before every write. */
  holds(project: string): boolean;
  /** The number of the lease. Throws MetastoreError `stale_epoch` when it is not this node's. */
  epochOf(project: string): number;
  /** Makes sure of the lease; takes it when nobody has it. Throws NotOwnerError when another node has it. */
  require(project: string): Promise<void>;
  /** Called when this node has got the lease of a project, having read all that others wrote of it, or has lost it. */
  onChange(listener: (change: OwnershipChange) => void): Disposable;
}

export type OwnershipChange = Readonly<{ project: string; isHeld: boolean }>;

/** The statement is another node's to run. */
export class NotOwnerError extends Error {
  override readonly name = 'NotOwnerError';
  readonly project: string;
  /** The node that has the lease; empty when nobody has it now. */
  readonly owner: string;
  /** True when no other node than the owner can ever run it: what it is about lies in that one's data folder. */
  readonly isBound: boolean;

  constructor(of: Readonly<{ project: string; owner: string; isBound: boolean }>) {
    super(`project '${of.project}' belongs to ${of.owner === '' ? 'no node yet' : `node '${of.owner}'`}`);
    this.project = of.project;
    this.owner = of.owner;
    this.isBound = of.isBound;
  }
}

/** One node that owns everything, under the lease with number 1. */
export const soleOwnership: Ownership = {
  holds: () => true,
  epochOf: () => 1,
  require: async () => {},
  onChange: () => ({ [Symbol.dispose]: () => {} }),
};
