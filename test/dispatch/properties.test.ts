import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { PropertyReader } from '../../src/dispatch/properties.ts';

const day = 86_400_000;

function reader(properties: readonly (readonly [string, string])[], statement = 'backup'): PropertyReader {
  return new PropertyReader(properties, statement);
}

describe('the properties of a statement', () => {
  it('are taken once, keys with their case', () => {
    const properties = reader([['Type', 'FULL']]);
    assert.equal(properties.take('type'), undefined);
    assert.equal(properties.take('Type'), 'FULL');
    assert.equal(properties.take('Type'), undefined);
    properties.end();
  });

  it('that nobody took are refused by name', () => {
    const properties = reader([
      ['a', '1'],
      ['b', '2'],
    ]);
    assert.throws(() => properties.end(), /Unknown backup job properties: \[a, b\]/);
  });

  it('that nobody took are told which was probably meant, or which there are', () => {
    const hintFor = (key: string): string | undefined => {
      const properties = reader([[key, '1']]);
      for (const known of ['type', 'timeout']) properties.take(known);
      try {
        properties.end();
      } catch (error) {
        if (error instanceof SqlError) return error.hint;
        throw error;
      }
      return undefined;
    };
    assert.equal(hintFor('timout'), "Did you mean 'timeout'?");
    assert.equal(hintFor('speed'), 'Known are type, timeout.');
  });
});

describe('the property timeout', () => {
  const good: readonly (readonly [string, number])[] = [
    ['600', 600_000],
    ['+3600', 3_600_000],
    ['00900', 900_000],
  ];
  for (const [text, expected] of good) {
    it(`reads '${text}'`, () => assert.equal(reader([['timeout', text]]).takeTimeoutMs(day), expected));
  }

  it('is the default when it is not given', () => assert.equal(reader([]).takeTimeoutMs(day), day));

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /Invalid timeout format: \./],
    [' 600', /Invalid timeout format:  600/],
    ['1h', /Invalid timeout format: 1h/],
    ['600.0', /Invalid timeout format: 600.0/],
    ['99999999999999999999', /Invalid timeout format: 9+/],
    ['599', /timeout must be at least 10 min/],
    ['-600', /timeout must be at least 10 min/],
  ];
  for (const [text, message] of bad) {
    it(`refuses '${text}'`, () =>
      assert.throws(() => reader([['timeout', text]]).takeTimeoutMs(day), message));
  }
});

describe('numbers and flags', () => {
  it('are integers of Java', () => {
    const take = (text: string): number | undefined => reader([['n', text]]).takeInteger('n');
    assert.equal(take('3'), 3);
    assert.equal(take('-1'), -1);
    assert.equal(take('2147483647'), 2_147_483_647);
    for (const text of ['', 'three', '1.0', '2147483648']) {
      assert.throws(() => take(text), new RegExp(`Invalid meta version format: ${text}`));
    }
  });

  it('are true or false in any case', () => {
    const take = (text: string): boolean | undefined =>
      reader([['f', text]]).takeBoolean('f', (value) => `Invalid allow load value: ${value}`);
    assert.equal(take('TRUE'), true);
    assert.equal(take('False'), false);
    assert.throws(() => take('1'), /Invalid allow load value: 1/);
    assert.equal(reader([]).takeBoolean('f', String), undefined);
  });
});
