import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { counter, gauge, printFamilies } from '../../src/console/exposition.ts';

describe('the text for Prometheus', () => {
  it('tells help and type of each family, and a line for each value', () => {
    const up = [
      { labels: { repository: 'r1' }, value: 1 },
      { labels: { repository: 'r2', place: 'here' }, value: 0 },
    ];
    const families = [gauge('up', 'Whether it is', up), counter('questions_total', 'Statements', 17)];
    assert.equal(
      printFamilies(families),
      [
        '# HELP up Whether it is',
        '# TYPE up gauge',
        'up{repository="r1"} 1',
        'up{repository="r2",place="here"} 0',
        '# HELP questions_total Statements',
        '# TYPE questions_total counter',
        'questions_total 17',
        '',
      ].join('\n'),
    );
  });

  it('lets no name of a database break out of its line', () => {
    const labels = { database: 'a"b\\c\nd} 1\nevil 2' };
    const [, , line, ...rest] = printFamilies([gauge('g', 'two\nlines', [{ labels, value: 1 }])]).split('\n');
    assert.equal(line, String.raw`g{database="a\"b\\c\nd} 1\nevil 2"} 1`);
    assert.deepEqual(rest, ['']);
  });

  for (const [value, text] of [
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
    [0.5, '0.5'],
  ] as const) {
    it(`writes ${value} as ${text}`, () => {
      assert.match(printFamilies([gauge('g', 'h', value)]), new RegExp(`^g ${RegExp.escape(text)}$`, 'm'));
    });
  }
});
