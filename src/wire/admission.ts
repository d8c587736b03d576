import type { Clock } from '../base/clock.ts';
import { AcceptRate } from './accept-rate.ts';
import type { WireLimits } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * Who may connect while how many are there. When all places are taken, a few more connections may still log in:
 * the first that proves to be an administrator's stays in the reserved place, the others are refused.
 */
export class Admission {
  readonly #limits: WireLimits;
  readonly #rate: AcceptRate;
  readonly #byAddress = new Map<string, number>();
  readonly #byUser = new Map<string, number>();
  #regular = 0;
  #reservedLogins = 0;
  #administrators = 0;

  constructor(limits: WireLimits, clock: Clock) {
    this.#limits = limits;
    this.#rate = new AcceptRate(limits, clock);
  }

  /** A place for a new connection, to be disposed of when it ends. Throws `too_many_connections`. */
  enter(address: string): Place {
    const hasRoom = this.#hasRoom(address);
    if (!hasRoom && this.#reservedLogins >= this.#limits.reservedLoginsMax) throw tooMany();
    const waitMs = this.#rate.takeTurn();
    if (waitMs === undefined) throw tooMany();
    return new Place(hasRoom ? this.#regularPlace(address) : this.#reservedPlace(address), waitMs);
  }

  /** Counts one more connection of `user`; the returned function takes it back. */
  #countUser(user: string, isAdministrator: boolean, ownMax: number): () => void {
    const count = this.#byUser.get(user) ?? 0;
    if (ownMax > 0 && count >= ownMax) throw tooManyOf(user, ownMax);
    if (count >= this.#limits.connectionsPerUserMax && !isAdministrator) throw tooMany();
    this.#byUser.set(user, count + 1);
    return once(() => decrement(this.#byUser, user));
  }

  #regularPlace(address: string): Steps {
    this.#regular++;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    const leave = once(() => {
      this.#regular--;
      decrement(this.#byAddress, address);
    });
    return {
      leave,
      settle: () => leave,
      countUser: (user, isAdmin, ownMax) => this.#countUser(user, isAdmin, ownMax),
    };
  }

  #reservedPlace(address: string): Steps {
    this.#reservedLogins++;
    const leave = once(() => this.#reservedLogins--);
    const settle = (isAdministrator: boolean): (() => void) => {
      leave();
      if (this.#hasRoom(address)) return this.#regularPlace(address).leave;
      if (!isAdministrator || this.#administrators >= this.#limits.reservedAdministratorsMax) throw tooMany();
      this.#administrators++;
      return once(() => this.#administrators--);
    };
    return { leave, settle, countUser: (user, isAdmin, ownMax) => this.#countUser(user, isAdmin, ownMax) };
  }

  #hasRoom(address: string): boolean {
    const fromAddress = this.#byAddress.get(address) ?? 0;
    return this.#regular < this.#limits.connectionsMax && fromAddress < this.#limits.connectionsPerAddressMax;
  }
}

type Steps = Readonly<{
  leave: () => void;
  settle: (isAdministrator: boolean) => () => void;
  countUser: (user: string, isAdministrator: boolean, ownMax: number) => () => void;
}>;

/** One connection's place among the others. */
export class Place implements Disposable {
  /** How long the connection is to wait before it is greeted. */
  readonly waitMs: number;
  readonly #steps: Steps;
  #leave: () => void;
  #isSettled = false;
  #leaveUser: () => void = () => undefined;

  constructor(steps: Steps, waitMs: number) {
    this.waitMs = waitMs;
    this.#steps = steps;
    this.#leave = steps.leave;
  }

  /**
   * The connection has become this user's, at login and at each change of user. `ownMax`: how many it may have at once, 0
   * for the server's limit. Throws `too_many_connections`, `too_many_of_user`.
   */
  claim(user: string, isAdministrator: boolean, ownMax = 0): void {
    if (!this.#isSettled) this.#leave = this.#steps.settle(isAdministrator);
    this.#isSettled = true;
    const leaveUser = this.#steps.countUser(user, isAdministrator, ownMax);
    this.#leaveUser();
    this.#leaveUser = leaveUser;
  }

  [Symbol.dispose](): void {
    this.#leave();
    this.#leaveUser();
  }
}

function decrement(counts: Map<string, number>, key: string): void {
  const count = counts.get(key) ?? 0;
  if (count > 1) counts.set(key, count - 1);
  else counts.delete(key);
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

function tooMany(): ProtocolError {
  return new ProtocolError('too_many_connections', 'Too many connections');
}

/** MySQL's 1226. */
function tooManyOf(user: string, ownMax: number): ProtocolError {
  const text = `User '${user}' has exceeded the 'max_user_connections' resource (current value: ${ownMax})`;
  return new ProtocolError('too_many_of_user', text);
}
