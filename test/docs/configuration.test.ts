import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { type NamedOption, namedOptions } from '../../src/config/option-names.ts';
import { settingNames } from '../../src/config/settings.ts';

const page = 'docs/configuration.md';

it('docs/configuration.md is printed from the options (UPDATE=1 writes it)', () => {
  const printed = printPage();
  if (process.env['UPDATE'] === '1') writeFileSync(page, printed);
  assert.equal(readFileSync(page, 'utf8'), printed);
});

function printPage(): string {
  return [
    '# Configuration',
    '',
    'Each option has one name in three spellings: `engine_threads` in a YAML file (`--config FILE` or `HOLDFAST_CONFIG`),',
    '`HOLDFAST_ENGINE_THREADS` in the environment, `--engine-threads` as a flag. Flags win over the environment, the',
    'environment over the file. A name that nobody knows or a value that is not allowed is an error, and all mistakes',
    'are reported together, before anything is opened; the exit code is then 2.',
    '',
    '## Fixed while the server runs',
    '',
    ...namedOptions.filter((option) => !isSetting(option)).flatMap(printOption),
    '## Also by ADMIN SET FRONTEND CONFIG',
    '',
    'These take effect with the next file, job or call, and last over a restart.',
    '',
    ...namedOptions.filter(isSetting).flatMap(printOption),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function printOption({ name, option }: NamedOption): readonly string[] {
  const where = option.isFlag ? '' : ' Not as a flag: other users of the machine could read it.';
  return [`### ${name}`, '', `${option.about}. Default: ${defaultOf(option)}.${where}`, ''];
}

/** Defaults that differ from machine to machine have words of their own. */
function defaultOf(option: NamedOption['option']): string {
  return option.fallbackText === '' ? 'none' : option.fallbackText;
}

function isSetting({ name }: NamedOption): boolean {
  return (settingNames as readonly string[]).includes(name);
}
