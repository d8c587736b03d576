import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

/** A node worked on a job from `from` to `to`, in ms since 1970. */
export type Work = Readonly<{ node: string; job: string; effect: string; from: number; to: number }>;

/** A moment at which the process of a node was killed or paused: what it worked on ended there. */
export type Strike = Readonly<{ node: string; at: number }>;

/** What the nodes have worked on, by their logs at the level `debug`. */
export function workOf(logs: ReadonlyMap<string, string>, strikes: readonly Strike[]): readonly Work[] {
  return [...logs].flatMap(([node, file]) => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const moments = strikes.filter((strike) => strike.node === node).map(({ at }) => at);
    return workIn(node, lines, moments);
  });
}

/** No job is worked on by two nodes at once. Says how many nodes have worked on each. */
export function checkOneAtATime(work: readonly Work[]): ReadonlyMap<string, number> {
  const jobs = Map.groupBy(work, ({ job }) => job);
  const nodes = new Map<string, number>();
  for (const [job, own] of jobs) {
    nodes.set(job, new Set(own.map(({ node }) => node)).size);
    const inOrder = own.toSorted((one, other) => one.from - other.from);
    for (const [at, next] of inOrder.entries()) {
      const beside = inOrder.slice(0, at).find(({ node, to }) => node !== next.node && to > next.from);
      assert.equal(
        beside,
        undefined,
        `job ${job} ran on two nodes at once: ${JSON.stringify([beside, next])}`,
      );
    }
  }
  return nodes;
}

type Line = Readonly<{ time: string; event: string; job?: string; effect?: string }>;

function workIn(node: string, lines: readonly string[], strikes: readonly number[]): readonly Work[] {
  const found: Work[] = [];
  const begun = new Map<string, Readonly<{ effect: string; from: number }>>();
  const end = (job: string, at: number): void => {
    const open = begun.get(job);
    if (open === undefined) return;
    begun.delete(job);
    const struck = strikes.find((strike) => strike >= open.from && strike <= at);
    found.push({ node, job, ...open, to: struck ?? at });
  };
  for (const line of lines) {
    if (!line.includes('"job_effect_')) continue;
    const { time, event, job = '', effect = '' } = JSON.parse(line) as Line;
    const at = Date.parse(time);
    // A second beginning: the process that began before was killed.
    end(String(job), at);
    if (event === 'job_effect_begun') begun.set(String(job), { effect, from: at });
  }
  for (const job of begun.keys()) end(job, Number.POSITIVE_INFINITY);
  return found;
}
