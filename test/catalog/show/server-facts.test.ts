import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  emptyShows,
  showCharacterSets,
  showCollations,
  showEngines,
  showPlugins,
  showStatus,
  showVariables,
  showWarningCount,
  showWarnings,
} from '../../../src/catalog/show/server-facts.ts';
import { SessionVariables } from '../../../src/catalog/session-variables.ts';
import { globalVariables } from '../support.ts';

describe('what SHOW says of the server', () => {
  it('has a row for every collation that columns may carry, with MySQL’s lengths of sort keys', () => {
    const { rows } = showCollations();
    const row = (name: string) => rows.find(([each]) => each === name);
    assert.equal(rows.length, 286);
    assert.deepEqual(row('utf8mb4_0900_ai_ci'), [
      'utf8mb4_0900_ai_ci',
      'utf8mb4',
      255,
      'Yes',
      'Yes',
      0,
      'NO PAD',
    ]);
    assert.deepEqual(row('utf8mb4_unicode_ci')?.slice(5), [8, 'PAD SPACE']);
    assert.deepEqual(row('latin1_swedish_ci')?.slice(2), [8, 'Yes', 'Yes', 1, 'PAD SPACE']);
    assert.deepEqual(row('binary')?.slice(2), [63, 'Yes', 'Yes', 1, 'NO PAD']);
    assert.deepEqual(row('utf8mb4_0900_bin')?.slice(5), [1, 'NO PAD']);
    assert.ok(rows.every((each) => each[1] !== null && typeof each[2] === 'number'));
  });

  it('has MySQL’s character sets', () => {
    assert.deepEqual(
      showCharacterSets().rows.find(([name]) => name === 'utf8mb4'),
      ['utf8mb4', 'UTF-8 Unicode', 'utf8mb4_0900_ai_ci', 4],
    );
  });

  it('names one default engine, and plugins', () => {
    assert.equal(showEngines().rows.filter((row) => row[1] === 'DEFAULT').length, 1);
    assert.ok(showPlugins().rows.some((row) => row[0] === 'caching_sha2_password'));
  });

  it('shows variables of the session or of the server', () => {
    const variables = new SessionVariables(globalVariables);
    variables.set('sql_mode', '');
    const value = (scope: 'session' | 'global') =>
      showVariables(variables, scope).rows.find(([name]) => name === 'sql_mode')?.[1];
    assert.equal(value('session'), '');
    assert.match(String(value('global')), /STRICT_TRANS_TABLES/);
  });

  it('sorts the counters', () => {
    assert.deepEqual(
      showStatus(
        new Map([
          ['b', '1'],
          ['a', '2'],
        ]),
      ).rows,
      [
        ['a', '2'],
        ['b', '1'],
      ],
    );
  });

  it('tells warnings from errors', () => {
    const warnings = [
      { level: 'Warning', number: 1264, message: 'w' },
      { level: 'Error', number: 1064, message: 'e' },
    ] as const;
    assert.equal(showWarnings(warnings, false).rows.length, 2);
    assert.deepEqual(showWarnings(warnings, true).rows, [['Error', 1064, 'e']]);
    assert.deepEqual(showWarningCount(warnings, true).rows, [[1]]);
  });

  it('has columns for everything that is always empty', () => {
    for (const [form, columns] of Object.entries(emptyShows)) assert.ok(columns.length > 1, form);
    const named = emptyShows['replica_status']?.map((column) =>
      typeof column === 'string' ? column : column.name,
    );
    assert.ok(named?.includes('Seconds_Behind_Source'));
  });
});
