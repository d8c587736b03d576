import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection, FieldPacket } from 'mysql2/promise';
import { mysqlSkipReason } from '../support/mysql-server.ts';
import { shopData, statementsOfColumns } from './client-columns.ts';
import { statementsOfRows } from './client-rows.ts';
import { ServerPair } from './server-pair.ts';

/** Numbers of the protocol's types that are one to a client, but for the size. */
const integers = new Set([1, 2, 3, 8, 9]);
const texts = new Set([247, 248, 249, 250, 251, 252, 253, 254]);
const moments = new Set([7, 12]);
const nullType = 6;
const binaryCharacters = 63;
const unsignedFlag = 32;

type Answer = Readonly<
  { errno: number } | { names: readonly string[]; kinds: readonly string[]; rows: readonly unknown[] }
>;

describe('what clients and tools send', { skip: mysqlSkipReason() }, () => {
  let pair: ServerPair;
  before(async () => {
    pair = await ServerPair.start();
    await pair.run(shopData);
  });
  after(async () => pair[Symbol.asyncDispose]());

  for (const [client, statements] of Object.entries(statementsOfRows)) {
    for (const sql of statements) {
      it(`${client}: ${sql}`, async () => {
        const [left, right] = alike(...(await pair.both((each) => answer(each, sql))));
        assert.deepEqual(left, right);
      });
    }
  }

  for (const [client, statements] of Object.entries(statementsOfColumns)) {
    for (const sql of statements) {
      it(`${client}: the columns of ${sql}`, async () => {
        const [left, right] = alike(...(await pair.both((each) => answer(each, sql))));
        assert.deepEqual({ ...left, rows: [] }, { ...right, rows: [] });
      });
    }
  }
});

async function answer(connection: Connection, sql: string): Promise<Answer> {
  try {
    const [rows, fields] = await connection.query({ sql, rowsAsArray: true });
    if (!Array.isArray(rows)) return { names: [], kinds: [], rows: [] };
    return {
      names: fields.map((field) => field.name),
      kinds: fields.map(kindOf),
      rows: (rows as unknown[][]).map((row) => row.map(shown)),
    };
  } catch (error) {
    if (error instanceof Error && 'errno' in error) return { errno: Number(error.errno) };
    throw error;
  }
}

/** A column of NULLs alone may have any type: MySQL has one for it. */
function alike(left: Answer, right: Answer): readonly [Answer, Answer] {
  if ('errno' in left || 'errno' in right) return [left, right];
  const isNull = (at: number): boolean => left.kinds[at] === 'null' || right.kinds[at] === 'null';
  const kindsOf = ({ kinds }: typeof left): readonly string[] =>
    kinds.map((kind, at) => (isNull(at) ? 'null' : kind));
  return [
    { ...left, kinds: kindsOf(left) },
    { ...right, kinds: kindsOf(right) },
  ];
}

function kindOf({ columnType: type = 0, characterSet, flags }: FieldPacket): string {
  if (type === nullType) return 'null';
  const isUnsigned = typeof flags === 'number' && (flags & unsignedFlag) > 0;
  if (integers.has(type)) return isUnsigned ? 'integer unsigned' : 'integer';
  if (texts.has(type)) return characterSet === binaryCharacters ? 'bytes' : 'text';
  return moments.has(type) ? 'moment' : `type ${type}`;
}

function shown(value: unknown): unknown {
  if (value === null) return null;
  return Buffer.isBuffer(value) ? value.toString('hex') : typeof value === 'object' ? value : String(value);
}
