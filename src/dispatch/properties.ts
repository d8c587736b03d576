import { nearestName } from '../base/nearest.ts';
import type { Properties } from '../sql/statement.ts';
import { analysisError } from './analysis.ts';

/** StarRocks' shortest timeout: 10 minutes. */
const timeoutSecondsMin = 600;
const timeoutHint = `Give whole seconds, ${timeoutSecondsMin} at least: "timeout" = "3600".`;

/** Reads the properties of one statement, each key once; what was not asked for is refused by name at the end. */
export class PropertyReader {
  readonly #values: Map<string, string>;
  readonly #known: string[] = [];
  readonly #statement: string;

  /** `statement`: `backup` or `restore`, for the text of the refusal. */
  constructor(properties: Properties, statement: string) {
    this.#values = new Map(properties);
    this.#statement = statement;
  }

  /** The value as written; undefined when the key was not given. */
  take(key: string): string | undefined {
    this.#known.push(key);
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }

  /** `timeout` in seconds, as ms; the default when it was not given. */
  takeTimeoutMs(defaultMs: number): number {
    const text = this.take('timeout');
    if (text === undefined) return defaultMs;
    if (!/^[+-]?\d{1,15}$/.test(text)) {
      throw analysisError(`Invalid timeout format: ${text}`, 'analysis', timeoutHint);
    }
    const seconds = Number(text);
    if (seconds < timeoutSecondsMin) {
      throw analysisError('timeout must be at least 10 min', 'analysis', timeoutHint);
    }
    return seconds * 1_000;
  }

  /** An integer of Java's form; StarRocks gives all of them this text. */
  takeInteger(key: string): number | undefined {
    const text = this.take(key);
    if (text === undefined) return undefined;
    const value = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    // Bitwise operators work on 32 bits: this is the range of a Java int.
    if ((value | 0) !== value) throw analysisError(`Invalid meta version format: ${text}`);
    return value;
  }

  takeBoolean(key: string, refusal: (text: string) => string): boolean | undefined {
    const text = this.take(key);
    if (text === undefined) return undefined;
    const lower = text.toLowerCase();
    if (lower !== 'true' && lower !== 'false') throw analysisError(refusal(text));
    return lower === 'true';
  }

  /** Refuses what nobody took; what was asked for until now is what the statement knows. */
  end(): void {
    const keys = [...this.#values.keys()];
    const [first] = keys;
    if (first === undefined) return;
    const meant = keys.length === 1 ? nearestName(first, this.#known) : undefined;
    const hint = meant === undefined ? `Known are ${this.#known.join(', ')}.` : `Did you mean '${meant}'?`;
    throw analysisError(`Unknown ${this.#statement} job properties: [${keys.join(', ')}]`, 'analysis', hint);
  }
}
