/** Units are seen in the log within seconds; a node that writes more in between looks at its own rows again, no more. */
const unitsMax = 10_000;

/** The ids of this process's last units. */
export class OwnUnits {
  readonly #make: () => string;
  readonly #ids = new Set<string>();

  constructor(make: () => string) {
    this.#make = make;
  }

  /** The id of a new unit. */
  next(): string {
    const id = this.#make();
    this.#ids.add(id);
    if (this.#ids.size > unitsMax) for (const oldest of this.#ids.values().take(1)) this.#ids.delete(oldest);
    return id;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
