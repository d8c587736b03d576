import type { Clock } from '../base/clock.ts';
import { SqlError } from '../base/sql-error.ts';

/** What an account can be given an hourly limit of, by the names of MySQL's columns. */
export const hourlyResources = ['max_questions', 'max_updates', 'max_connections_per_hour'] as const;
export type HourlyResource = (typeof hourlyResources)[number];

/** How much of each an account may use in an hour; absent and 0 mean without limit. */
export type HourlyLimits = Readonly<Partial<Record<HourlyResource, number>>>;

const hourMs = 3_600_000;

type Hour = Readonly<{ beganAt: number; used: Map<HourlyResource, number> }>;

/** What accounts with limits have used in their current hour, which begins with the first use. Of this node alone. */
export class HourlyUse {
  readonly #clock: Clock;
  readonly #hours = new Map<string, Hour>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one use of each. Throws MySQL's 1226 for the first that is used up; it is not counted then. */
  count(user: string, limits: HourlyLimits, resources: readonly HourlyResource[]): void {
    for (const resource of resources) {
      const most = limits[resource] ?? 0;
      if (most === 0) continue;
      const { used } = this.#hourOf(user);
      const count = used.get(resource) ?? 0;
      if (count >= most) throw usedUp(user, resource, most);
      used.set(resource, count + 1);
    }
  }

  /** FLUSH USER_RESOURCES: a new hour begins for everybody. */
  reset(): void {
    this.#hours.clear();
  }

  #hourOf(user: string): Hour {
    const now = this.#clock.elapsed();
    const known = this.#hours.get(user);
    if (known !== undefined && now - known.beganAt < hourMs) return known;
    const begun: Hour = { beganAt: now, used: new Map() };
    this.#hours.set(user, begun);
    return begun;
  }
}

function usedUp(user: string, resource: HourlyResource, most: number): SqlError {
  return new SqlError(
    'user_limit',
    `User '${user}' has exceeded the '${resource}' resource (current value: ${most})`,
  );
}
