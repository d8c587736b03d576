/** A value that must not be seen: prints as `***` in texts and JSON; the inspector shows no private fields. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The hidden text. Each call site is a place where the secret may leave. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }
}
