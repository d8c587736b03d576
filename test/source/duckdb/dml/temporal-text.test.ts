import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDateText, readTimeText } from '../../../../src/source/duckdb/dml/temporal-text.ts';

const dates: readonly (readonly [string, string | undefined])[] = [
  ['2024-1-5', '2024-01-05 00:00:00'],
  ['24-01-05', '2024-01-05 00:00:00'],
  ['70-01-05', '1970-01-05 00:00:00'],
  ['20240105', '2024-01-05 00:00:00'],
  ['240105', '2024-01-05 00:00:00'],
  ['20240105101112', '2024-01-05 10:11:12'],
  ['2024/01/05 10.11.12', '2024-01-05 10:11:12'],
  ['2024-01-05T10:11:12.5Z', '2024-01-05 10:11:12.5'],
  ['2024-01-05 10:11', '2024-01-05 10:11:00'],
  ['2024-01-05 10:11:12+02:00', '2024-01-05 10:11:12+02:00'],
  ['2024-02-30', undefined],
  ['2023-02-29', undefined],
  ['0000-00-00', undefined],
  ['2024-01-05 24:00:00', undefined],
  ['hello', undefined],
  ['', undefined],
];

const times: readonly (readonly [string, string | undefined])[] = [
  ['10:11:12', '10:11:12'],
  ['10:11', '10:11:00'],
  ['101112', '10:11:12'],
  ['12', '00:00:12'],
  ['1 02:03:04', '26:03:04'],
  ['-838:59:59', '-838:59:59'],
  ['1:2:3.25', '01:02:03.25'],
  ['839:00:00', undefined],
  ['10:60:00', undefined],
  ['noon', undefined],
];

describe('dates and times in the spellings of MySQL', () => {
  for (const [text, expected] of dates) {
    it(`reads the date '${text}' as ${expected}`, () => assert.equal(readDateText(text), expected));
  }
  for (const [text, expected] of times) {
    it(`reads the time '${text}' as ${expected}`, () => assert.equal(readTimeText(text), expected));
  }
});
