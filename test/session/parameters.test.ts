import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parameterColumns, parameterValues } from '../../src/session/parameters.ts';

it('a statement with three parameters tells of three text columns named `?`', () => {
  const columns = parameterColumns(3);
  assert.deepEqual(
    columns.map(({ name, type }) => [name, type]),
    [
      ['?', 'VAR_STRING'],
      ['?', 'VAR_STRING'],
      ['?', 'VAR_STRING'],
    ],
  );
});

it('the values of EXECUTE are those the wire has decoded', () => {
  const bytes = Buffer.of(0, 255);
  const values = parameterValues([
    { kind: 'null', value: null },
    { kind: 'integer', value: 7n },
    { kind: 'bytes', value: bytes },
  ]);
  assert.deepEqual(values, [null, 7n, bytes]);
});
