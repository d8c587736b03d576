import path from 'node:path';
import { nearestName } from '../base/nearest.ts';
import { Secret } from '../base/secret.ts';
import { SqlError } from '../base/sql-error.ts';
import { globalProject, resourceKey } from '../metastore/key.ts';
import { type Metastore, MetastoreError } from '../metastore/metastore.ts';
import type { Config } from './config.ts';
import { type Address, formatAddress } from './option.ts';
import { type NamedOption, namedOptions } from './option-names.ts';
import { type SettingName, settingNames, settings } from './settings.ts';

/** One row of ADMIN SHOW FRONTEND CONFIG, in StarRocks' columns. */
export type SettingRow = Readonly<{
  key: string;
  aliasNames: string;
  value: string;
  type: string;
  isMutable: string;
  comment: string;
}>;

/**
 * The settings as they are now: what ADMIN SET FRONTEND CONFIG gave, else what the configuration says. Readers ask
 * each time, so that a change counts from the next file, job or call on. Given values are resources
 * `/_global/setting/<name>` and last.
 */
export class RuntimeSettings {
  readonly #metastore: Metastore;
  readonly #config: Config;

  constructor(metastore: Metastore, config: Config) {
    this.#metastore = metastore;
    this.#config = config;
  }

  get(name: SettingName): number {
    const resource = this.#metastore.get(keyOf(name));
    if (resource === undefined) return this.#config.settings[name];
    const { min, max } = settings[name];
    // A later release may have narrowed the range since.
    return Math.min(max, Math.max(min, decodeValue(name, resource.content)));
  }

  /** Of a switch. */
  isOn(name: SettingName): boolean {
    return this.get(name) !== 0;
  }

  /** Everything that ADMIN SHOW FRONTEND CONFIG lists, by key; what is fixed while the server runs included. */
  rows(): readonly SettingRow[] {
    const fixed = namedOptions.filter(({ name }) => !isSetting(name));
    const rows = [
      ...settingNames.map((name) => this.#mutableRow(name)),
      ...fixed.map((option) => this.#fixedRow(option)),
    ];
    return rows.toSorted((left, right) => (left.key < right.key ? -1 : 1));
  }

  /**
   * Changes settings for all nodes, all or none, for good. Names may be aliases. Throws SqlError for a name that
   * is not known or fixed, and for a value out of range.
   */
  async set(assignments: ReadonlyMap<string, string>, operator: string): Promise<void> {
    const values = [...assignments].map(([name, text]) => readAssignment(name, text));
    await this.#metastore.write({ project: globalProject, operator }, (sandbox) => {
      for (const [name, value] of values) sandbox.put(keyOf(name), { value });
    });
  }

  #mutableRow(name: SettingName): SettingRow {
    const { type, aliases, about } = settings[name];
    return {
      key: name,
      aliasNames: `[${aliases.join(', ')}]`,
      value: type === 'boolean' ? String(this.isOn(name)) : String(this.get(name)),
      type,
      isMutable: 'true',
      comment: about,
    };
  }

  #fixedRow({ name, property, option }: NamedOption): SettingRow {
    const value = Object.entries(this.#config).find(([key]) => key === property)?.[1];
    return {
      key: name,
      aliasNames: '[]',
      value: printValue(value),
      type: typeof value === 'number' ? 'long' : typeof value === 'boolean' ? 'boolean' : 'String',
      isMutable: 'false',
      comment: option.about,
    };
  }
}

function isSetting(name: string): boolean {
  const names: readonly string[] = settingNames;
  return names.includes(name);
}

function keyOf(name: SettingName): string {
  return resourceKey(globalProject, 'setting', name);
}

function decodeValue(name: SettingName, content: unknown): number {
  if (
    typeof content === 'object' &&
    content !== null &&
    'value' in content &&
    typeof content.value === 'number'
  ) {
    return content.value;
  }
  throw new MetastoreError('corrupt', `the stored value of setting '${name}' is no number`);
}

function readAssignment(name: string, text: string): readonly [SettingName, number] {
  const key = settingNames.find(
    (candidate) => candidate === name || settings[candidate].aliases.includes(name),
  );
  if (key === undefined) throw notSettable(name);
  const reading = settings[key].read(text.trim());
  if (reading.kind === 'value') return [key, reading.value];
  throw new SqlError('wrong_variable_value', `Config '${name}' cannot be '${text}': it ${reading.text}`);
}

function notSettable(name: string): SqlError {
  if (namedOptions.some((option) => option.name === name)) {
    return new SqlError('read_only_variable', `Config '${name}' is not mutable`, {
      hint: 'Change it in the configuration and start the server again.',
    });
  }
  const nearest = nearestName(name, settingNames);
  const hint = nearest === undefined ? 'ADMIN SHOW FRONTEND CONFIG lists all.' : `Did you mean '${nearest}'?`;
  return new SqlError('analysis', `Config '${name}' does not exist`, { hint });
}

function printValue(value: unknown): string {
  if (value === undefined) return '';
  if (isAddress(value)) return formatAddress(value);
  if (value instanceof Secret) return value.toString();
  if (Array.isArray(value)) return value.join(path.delimiter);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isAddress(value: unknown): value is Address {
  return typeof value === 'object' && value !== null && 'host' in value && 'port' in value;
}
