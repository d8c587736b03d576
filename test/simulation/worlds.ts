const lateSeedsFrom = 1_000_000;
const deafSeedsFrom = 2_000_000;
const unequalSeedsFrom = 3_000_000;

/** What sort of world a seed of two nodes is of. Each later sort has what the one before it has. */
export type World = Readonly<{
  /** Nodes hear late of each other, and more snapshots are dropped. */
  isLate: boolean;
  /**
   * Nodes hear hardly anything of each other unless they ask; outside of unequal worlds they stand still where a restore is
   * about to be swapped in.
   */
  isDeaf: boolean;
  /**
   * One node at a time goes on alone for a while, as though the other were slow, and users do what lets a deletion and a
   * backup meet. Each node has a database of its own. Requests to delete are long under way.
   */
  isUnequal: boolean;
  /** How often, one in so many, it is not a call that gets its answer which happens next. */
  oneIn: Readonly<{ user: number; trouble: number; short: number; long: number }>;
}>;

const troubled = { user: 5, trouble: 60, short: 10, long: 100 };
/** Few troubles, so that many jobs end well: what is looked for here happens between two that do. */
const calm = { user: 5, trouble: 200, short: 20, long: 1_000 };
/** Hardly any time passes while something can happen: a lease that changes hands brings news to who gets it. */
const still = { ...calm, short: 1_000, long: 10_000 };

export function worldOf(seed: number): World {
  const isUnequal = seed >= unequalSeedsFrom;
  const isDeaf = seed >= deafSeedsFrom;
  return {
    isLate: seed >= lateSeedsFrom,
    isDeaf,
    isUnequal,
    oneIn: isUnequal ? still : isDeaf ? calm : troubled,
  };
}
