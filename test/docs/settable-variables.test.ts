import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { partlyHonoured } from '../../src/catalog/honoured-values.ts';
import { globalVariables } from '../catalog/support.ts';

const pageFile = 'docs/compatibility.md';
const begin = '<!-- settable -->';
const end = '<!-- /settable -->';
const lineWidth = 150;

/** What defines variables, shows them or passes them to another server: a name there does nothing to a session here. */
const withoutEffect = [
  'src/catalog/',
  'src/metastore/',
  'src/source/mysql/',
  'src/upstream/',
  'src/wire/',
  'src/repository/',
  'src/session/carried-variables.ts',
  'src/dispatch/elsewhere-access.ts',
];
/** Kept by a session, which answers with them (src/catalog/session-variables.ts), or set by SET NAMES alone. */
const kept = new Set(
  (
    'last_insert_id identity timestamp warning_count error_count pseudo_thread_id transaction_isolation tx_isolation ' +
    'character_set_client character_set_connection character_set_results collation_connection autocommit ' +
    'interactive_timeout character_set_server storage_engine resultset_metadata'
  ).split(' '),
);

/** The variables that a session may set and nothing here reads. */
function settable(): readonly string[] {
  const sources = globSync('src/**/*.ts')
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !withoutEffect.some((folder) => file.startsWith(folder)))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  return globalVariables.names().filter((name) => {
    const variable = globalVariables.find(name);
    if (variable === undefined || variable.readOnly || variable.globalOnly || kept.has(name)) return false;
    if (partlyHonoured.includes(variable.name)) return false;
    return !sources.includes(`'${variable.name}'`);
  });
}

function shown(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    const isFull = last === undefined || last.length + name.length + 4 > lineWidth;
    if (isFull) lines.push(`\`${name}\``);
    else lines[lines.length - 1] = `${last} \`${name}\``;
  }
  return lines.join('\n');
}

describe('docs/compatibility.md on variables', () => {
  it('names each of which some values are refused', () => {
    const page = readFileSync(pageFile, 'utf8');
    for (const name of partlyHonoured) assert.ok(page.includes(`\`${name}\``), name);
  });

  it('names each that can be set without effect', () => {
    const page = readFileSync(pageFile, 'utf8');
    const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
    assert.ok(to > from, 'the marks of the list are there');
    const wanted = `\n\n${shown(settable())}\n\n`;
    if (process.env['UPDATE'] === '1') writeFileSync(pageFile, page.slice(0, from) + wanted + page.slice(to));
    else assert.equal(page.slice(from, to), wanted);
  });

  it('leaves out those that count', () => {
    const names = settable();
    for (const name of [
      'sql_mode',
      'sql_select_limit',
      'max_execution_time',
      'time_zone',
      'cte_max_recursion_depth',
    ])
      assert.ok(!names.includes(name), name);
  });
});
