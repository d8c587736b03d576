import { serverOptions } from './config.ts';
import type { Option } from './option.ts';
import { settingNames, settings } from './settings.ts';

/** An option under each of its names. */
export type NamedOption = Readonly<{
  /** In files and in ADMIN SHOW FRONTEND CONFIG: `engine_memory_limit_mb`. */
  name: string;
  /** `--engine-memory-limit-mb`; refused when the option says so. */
  flag: string;
  /** `HOLDFAST_ENGINE_MEMORY_LIMIT_MB`. */
  variable: string;
  /** Where it stands in a Config. */
  property: string;
  option: Option<unknown>;
}>;

export const variablePrefix = 'HOLDFAST_';

/** All options: those of the server, then the settings. */
export const namedOptions: readonly NamedOption[] = [
  ...Object.entries(serverOptions).map(([property, option]) => named(property, option)),
  ...settingNames.map((name) => named(name, settings[name])),
];

function named(property: string, option: Option<unknown>): NamedOption {
  const name = property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    name,
    flag: `--${name.replaceAll('_', '-')}`,
    variable: variablePrefix + name.toUpperCase(),
    property,
    option,
  };
}
