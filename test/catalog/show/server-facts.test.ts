import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  emptyShows,
  showCharacterSets,
  showCollations,
  showEngines,
  showPrivileges,
  showStatus,
  showVariables,
  showWarningCount,
  showWarnings,
} from '../../../src/catalog/show/server-facts.ts';
import { SessionVariables } from '../../../src/catalog/session-variables.ts';
import type { Warning } from '../../../src/source/query.ts';
import { globalVariables } from '../support.ts';

describe('SHOW VARIABLES', () => {
  it('shows the session’s values, or the server’s', () => {
    const session = new SessionVariables(globalVariables);
    session.set('autocommit', 0);
    const valueOf = (scope: 'session' | 'global', name: string): unknown =>
      showVariables(session, scope).rows.find((row) => row[0] === name)?.[1];
    assert.equal(valueOf('session', 'autocommit'), 'OFF');
    assert.equal(valueOf('global', 'autocommit'), 'ON');
    assert.equal(valueOf('session', 'port'), '9030');
    assert.equal(valueOf('session', 'secure_file_priv'), '');
    const names = showVariables(session, 'session').rows.map((row) => String(row[0]));
    assert.deepEqual(names, names.toSorted());
  });
});

describe('SHOW WARNINGS', () => {
  const warnings: readonly Warning[] = [
    { level: 'Warning', number: 1265, message: 'Data truncated' },
    { level: 'Error', number: 1064, message: 'no' },
  ];

  it('and SHOW ERRORS show what the last statement left', () => {
    assert.deepEqual(showWarnings(warnings, false).rows, [
      ['Warning', 1265, 'Data truncated'],
      ['Error', 1064, 'no'],
    ]);
    assert.deepEqual(showWarnings(warnings, true).rows, [['Error', 1064, 'no']]);
  });

  it('are counted under the names of MySQL’s variables', () => {
    const count = showWarningCount(warnings, false);
    assert.deepEqual([count.columns[0]?.name, count.rows], ['@@session.warning_count', [[2]]]);
    const errors = showWarningCount(warnings, true);
    assert.deepEqual([errors.columns[0]?.name, errors.rows], ['@@session.error_count', [[1]]]);
  });
});

describe('what SHOW tells of the server', () => {
  it('has one default engine and one default collation for each character set', () => {
    assert.deepEqual(
      showEngines()
        .rows.filter((row) => row[1] === 'DEFAULT')
        .map((row) => row[0]),
      ['InnoDB'],
    );
    const defaults = showCollations()
      .rows.filter((row) => row[3] === 'Yes')
      .map((row) => row[0]);
    assert.deepEqual(
      defaults.toSorted(),
      showCharacterSets()
        .rows.map((row) => row[2])
        .toSorted(),
    );
    const ids = showCollations().rows.map((row) => row[2]);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('shows counters by name', () => {
    assert.deepEqual(
      showStatus(
        new Map([
          ['b', '2'],
          ['a', '1'],
        ]),
      ).rows,
      [
        ['a', '1'],
        ['b', '2'],
      ],
    );
  });

  it('shows privileges as given', () => {
    assert.deepEqual(showPrivileges(['ADMIN']).rows, [['ADMIN', 'Server Admin', '']]);
  });

  it('names no column twice in what is always empty', () => {
    for (const [form, names] of Object.entries(emptyShows)) {
      assert.equal(new Set(names).size, names.length, form);
    }
  });
});
