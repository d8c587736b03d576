import { MetastoreError } from '../../src/metastore/metastore.ts';
import type { SharedStore } from '../../src/metastore/shared-store.ts';
import { happens, type Trouble } from './faults.ts';

/** A node's way to the store that all nodes share. */
export type Way = Trouble &
  Readonly<{
    isCut: () => boolean;
    /** True while a look for what others have written takes long: the node goes on with what it knows. */
    isLate?: () => boolean;
  }>;

const faultOneIn = 80;
/** Looks for news are many: most of them are let through, so that a run has steps left for something else. */
const gatedLookOneIn = 6;
/** How often, at most, something else may happen before a late look is answered. */
const lateGatesMax = 30;
const lateOneIn = 8;

/**
 * The shared store as a node reaches it: calls and answers are late, get lost, and fail while the node is cut off. A commit
 * whose answer is lost finds out what became of it, as the store in MySQL does.
 */
export function faultyShared(inner: SharedStore, way: Way): SharedStore {
  const { gates, life, chance } = way;
  const away = (name: string): MetastoreError =>
    new MetastoreError('unavailable', `${name}: the store is away`);
  const isTroubled = (): boolean => way.isCut() || happens(way, faultOneIn);
  const call = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    await gates.pass(life, `store ${name}`);
    if (isTroubled()) throw away(name);
    const answer = await work();
    await gates.pass(life, `store answer ${name}`);
    if (isTroubled()) throw away(name);
    return answer;
  };
  const look = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (way.isFaulty() && chance.oneIn(gatedLookOneIn)) return await call(name, work);
    if (way.isCut()) throw away(name);
    return await work();
  };
  return {
    load: (signal) => look('load', () => inner.load(signal)),
    read: (keys, signal) => look('read', () => inner.read(keys, signal)),
    readBelow: (prefixes, signal) => look('read', () => inner.readBelow(prefixes, signal)),
    async commit(unit) {
      await gates.pass(life, `store commit ${unit.project}`);
      if (isTroubled()) throw away('commit');
      const committed = await inner.commit(unit);
      do await gates.pass(life, 'store answer commit');
      while (way.isCut());
      return committed;
    },
    audit: (after, limit, signal) => look('audit', () => inner.audit(after, limit, signal)),
    async auditRange(signal) {
      const gatesLeft = way.isLate?.() && chance.oneIn(lateOneIn) ? chance.below(lateGatesMax) : 0;
      for (let left = gatesLeft; left > 0; left--) await gates.pass(life, 'store audit range');
      return await look('audit range', () => inner.auditRange(signal));
    },
    auditRowsOf: (ids, signal) => look('audit rows', () => inner.auditRowsOf(ids, signal)),
    epoch: (project, signal) => look('epoch', () => inner.epoch(project, signal)),
    takeEpoch: (...given) => call('take epoch', () => inner.takeEpoch(...given)),
    leases: (signal) => look('leases', () => inner.leases(signal)),
    claim: (wish) => call('claim', () => inner.claim(wish)),
    renew: (...given) => call('renew', () => inner.renew(...given)),
    release: (...given) => call('release', () => inner.release(...given)),
    announce: (...given) => look('announce', () => inner.announce(...given)),
    nodes: (signal) => look('nodes', () => inner.nodes(signal)),
    retire: (node) => look('retire', () => inner.retire(node)),
    fact: (...given) => look('fact', () => inner.fact(...given)),
    replaceFact: (...given) => look('replace fact', () => inner.replaceFact(...given)),
    ask: (question) => call('ask', () => inner.ask(question)),
    questions: (...given) => look('questions', () => inner.questions(...given)),
    take: (...given) => call('take', () => inner.take(...given)),
    answer: (...given) => call('answer', () => inner.answer(...given)),
    question: (...given) => look('question', () => inner.question(...given)),
    withdraw: (id) => call('withdraw', () => inner.withdraw(id)),
    forget: (id) => call('forget', () => inner.forget(id)),
    async [Symbol.asyncDispose]() {},
  };
}
