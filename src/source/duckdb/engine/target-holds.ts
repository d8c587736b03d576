import { SqlError } from '../../../base/sql-error.ts';
import { namespaceOf } from '../../objects.ts';
import type { TargetHold } from '../../source.ts';
import { nameKey, sameName } from '../physical/names.ts';

/**
 * What restores under way keep as it is. Kept in memory: a restart takes all holds again before clients are served.
 * Functions have names of their own, as in StarRocks.
 */
export class TargetHolds {
  readonly #holds = new Set<TargetHold>();

  /** Holds until the answer is disposed. */
  take(hold: TargetHold): Disposable {
    this.#holds.add(hold);
    return { [Symbol.dispose]: () => void this.#holds.delete(hold) };
  }

  /** Throws when a table, view or materialized view of this name is a target, be it there yet or not. */
  refuseDefinition(database: string, name: string): void {
    const hold = this.#holdOf(database, name);
    if (hold !== undefined) throw refusal(name, hold);
  }

  refuseFunctionDefinition(database: string, name: string): void {
    const hold = [...this.#holds].find(
      (each) => sameName(each.database, database) && isTarget(each, name, 'FUNCTION'),
    );
    if (hold !== undefined) throw refusal(name, hold);
  }

  /** Throws when rows of a table must not change. */
  refuseWrite(database: string, name: string): void {
    const hold = this.#holdOf(database, name);
    if (hold !== undefined && !hold.allowsLoad) throw refusal(name, hold);
  }

  /** Throws for a database that a restore works in, or is going to make. */
  refuseDatabase(database: string): void {
    const hold = [...this.#holds].find((each) => sameName(each.database, database));
    if (hold === undefined) return;
    throw new SqlError('backup', `Database ${database}'s state is not NORMAL: RESTORE`, {
      hint: hintOf(hold),
    });
  }

  #holdOf(database: string, name: string): TargetHold | undefined {
    return [...this.#holds].find(
      (hold) => sameName(hold.database, database) && (hold.isWhole || isTarget(hold, name, 'TABLE')),
    );
  }
}

function isTarget(hold: TargetHold, name: string, kind: 'TABLE' | 'FUNCTION'): boolean {
  const key = nameKey(name);
  return hold.targets.some(
    (target) => namespaceOf(target.kind) === namespaceOf(kind) && nameKey(target.name) === key,
  );
}

/** StarRocks' words for a table that a restore has taken. */
function refusal(name: string, hold: TargetHold): SqlError {
  return new SqlError('backup', `Table ${name}'s state is not NORMAL: RESTORE`, { hint: hintOf(hold) });
}

function hintOf({ database, label }: TargetHold): string {
  return `A restore of snapshot ${label} is under way; see SHOW RESTORE FROM ${database}.`;
}
