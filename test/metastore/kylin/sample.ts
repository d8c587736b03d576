import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileOf } from '../../../src/metastore/kylin/keys.ts';
import type { Generation, MetadataResource } from '../../../src/metastore/kylin/resource.ts';
import { writeFolder } from '../../../src/metastore/kylin/folder-writer.ts';

/** Metadata of our own making, in the forms of Kylin's: two projects whose names begin alike, one built model. */
export type Contents = Readonly<Record<string, string>>;

export const modelId = '11111111-aaaa-4bbb-8ccc-000000000001';
const otherModelId = '11111111-aaaa-4bbb-8ccc-000000000002';
export const sampleTime: number = Date.UTC(2024, 0, 2, 3, 4, 6);
export const neverAborted: AbortSignal = new AbortController().signal;

const pretty = (content: unknown): string => JSON.stringify(content, undefined, 2);
/** Java's writeUTF: two bytes of length, then the text. */
const binaryUuid = `\0$${'c212029c-419e-4a96-badb-01ba9f9dffdc'}`;

const model = {
  uuid: modelId,
  alias: 'sales',
  fact_table: 'SHOP.ORDERS',
  join_tables: [{ table: 'SHOP.CUSTOMERS', join: { type: 'LEFT' } }],
};

/** Generation B: 18 resources. */
export const sampleOfB: Contents = {
  '/UUID': binaryUuid,
  '/_global/project/shop.json': pretty({ uuid: 'p1', name: 'shop', owner: 'ADMIN' }),
  '/_global/project/shop1.json': pretty({ uuid: 'p2', name: 'shop1', owner: 'ADMIN' }),
  '/_global/user/ADMIN': pretty({ username: 'ADMIN' }),
  '/_global/trash_record': '{"trash":[]}',
  [`/shop/model_desc/${modelId}.json`]: pretty(model),
  [`/shop/index_plan/${modelId}.json`]: pretty({ uuid: modelId }),
  [`/shop/dataflow/${modelId}.json`]: pretty({ uuid: modelId, segments: [{ id: 'seg1' }] }),
  [`/shop/dataflow_details/${modelId}/seg1.json`]: pretty({ uuid: 'seg1' }),
  '/shop/table/SHOP.ORDERS.json': pretty({ uuid: 't1', name: 'ORDERS', database: 'SHOP' }),
  '/shop/table/SHOP.CUSTOMERS.json': pretty({ uuid: 't2', name: 'CUSTOMERS', database: 'SHOP' }),
  '/shop/table/SHOP.OTHER.json': pretty({ uuid: 't3', name: 'OTHER', database: 'SHOP' }),
  '/shop/table_exd/SHOP.ORDERS.json': pretty({ uuid: 'e1', sample_rows: [['ä', '1']] }),
  [`/shop/model_desc/${otherModelId}.json`]: pretty({ uuid: otherModelId, alias: 'stock' }),
  '/shop/rule/r1.json': pretty({ uuid: 'r1' }),
  '/shop/execute/job-1': pretty({ uuid: 'job-1', output: { status: 'SUCCEED' } }),
  '/shop1/table/SHOP.ORDERS.json': pretty({ uuid: 't4', name: 'ORDERS', database: 'SHOP' }),
  '/shop1/model_desc/m.json': pretty({ uuid: 'm', alias: 'stock' }),
};

const ofShop = { project: 'shop' };

/** Generation C: 19 resources. */
export const sampleOfC: Contents = {
  'SYSTEM/UUID': pretty({ uuid: uuid(1), str: uuid(1), name: 'UUID' }),
  'PROJECT/shop': pretty({ uuid: uuid(2), name: 'shop' }),
  'PROJECT/shop1': pretty({ uuid: uuid(3), name: 'shop1' }),
  'USER_INFO/ADMIN': pretty({ uuid: uuid(4), username: 'ADMIN' }),
  [`MODEL/${modelId}`]: pretty({ ...model, ...ofShop }),
  [`INDEX_PLAN/${modelId}`]: pretty({ uuid: modelId, ...ofShop }),
  [`DATAFLOW/${modelId}`]: pretty({ uuid: modelId, ...ofShop, segment_uuids: [uuid(5)] }),
  [`SEGMENT/${uuid(5)}`]: pretty({ uuid: uuid(5), model_uuid: modelId, ...ofShop }),
  [`LAYOUT/${uuid(5)}`]: pretty({ uuid: uuid(5), dataflow: modelId, ...ofShop }),
  'TABLE_INFO/shop.SHOP.ORDERS': pretty({ uuid: uuid(6), name: 'ORDERS', database: 'SHOP', ...ofShop }),
  'TABLE_INFO/shop.SHOP.CUSTOMERS': pretty({ uuid: uuid(7), name: 'CUSTOMERS', database: 'SHOP', ...ofShop }),
  'TABLE_EXD/shop.SHOP.ORDERS': pretty({ uuid: uuid(8), table_name: 'SHOP.ORDERS', ...ofShop }),
  [`TABLE_MODEL_RELATION/${uuid(9)}`]: pretty({
    uuid: uuid(9),
    table_identity: 'SHOP.ORDERS',
    model_uuid: modelId,
    ...ofShop,
  }),
  [`COMPUTE_COLUMN/${uuid(10)}`]: pretty({
    uuid: uuid(10),
    tableIdentity: 'SHOP.ORDERS',
    tableAlias: 'ORDERS',
    columnName: 'TOTAL',
    expression: 'A * B',
    innerExpression: '`A` * `B`',
    datatype: 'DOUBLE',
    ...ofShop,
  }),
  [`CC_MODEL_RELATION/${uuid(11)}`]: pretty({
    uuid: uuid(11),
    cc_uuid: uuid(10),
    model_uuid: modelId,
    ...ofShop,
  }),
  [`MODEL/${otherModelId}`]: pretty({ uuid: otherModelId, alias: 'stock', ...ofShop }),
  [`STREAMING_JOB/${modelId}_build`]: pretty({ uuid: `${modelId}_build`, model_id: modelId, ...ofShop }),
  [`MODEL/${uuid(12)}`]: pretty({ uuid: uuid(12), alias: 'stock', project: 'shop1' }),
  'TABLE_INFO/shop1.SHOP.ORDERS': pretty({
    uuid: uuid(13),
    name: 'ORDERS',
    database: 'SHOP',
    project: 'shop1',
  }),
};

export function uuid(number: number): string {
  return `22222222-aaaa-4bbb-8ccc-${String(number).padStart(12, '0')}`;
}

export function sampleOf(generation: 'B' | 'C'): Contents {
  return generation === 'B' ? sampleOfB : sampleOfC;
}

export async function* resourcesOf(contents: Contents): AsyncGenerator<MetadataResource, void, undefined> {
  for (const key of Object.keys(contents).sort()) {
    yield { key, bytes: Buffer.from(contents[key] ?? ''), modifiedAt: sampleTime, mvcc: 3 };
  }
}

/** Writes a backup as Kylin would, without our manifest. */
export async function writeSample(
  folder: string,
  generation: 'B' | 'C',
  contents: Contents = sampleOf(generation),
): Promise<void> {
  const root = generation === 'C' ? path.join(folder, 'core_meta') : folder;
  await writeFolder(root, generation, resourcesOf(contents), undefined);
}

/** The files of a folder by their paths. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.relative(folder, file)] = await readFile(file, 'latin1');
  }
  return found;
}

/** What `filesOf` gives for a backup of these contents. */
export function expectedFiles(generation: Generation, contents: Contents): Record<string, string> {
  const root = generation === 'C' ? 'core_meta/' : '';
  const files = Object.entries(contents).map(([key, text]) => [
    `${root}${fileOf(generation, key)}`,
    Buffer.from(text).toString('latin1'),
  ]);
  return Object.fromEntries(files) as Record<string, string>;
}
