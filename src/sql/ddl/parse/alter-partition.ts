import type { PartitionDefinition } from '../definition.ts';
import type { AlterAction, PartitionAction } from '../statement.ts';
import type { Cursor } from './cursor.ts';
import { parseDistribution } from './create-table.ts';
import { parsePartitionBody, parsePartitionOrSteps, parsePartitions } from './partition-definition.ts';
import { parsePartitioning } from './partitioning.ts';

/**
 * partitions := ADD … | DROP … | TRUNCATE … | RENAME … | REORGANIZE … | EXCHANGE … | COALESCE … | MODIFY …
 *             | PARTITION BY … | REMOVE PARTITIONING | (ANALYZE | CHECK | OPTIMIZE | REBUILD | REPAIR) PARTITION …
 *
 * Undefined when the next action is not about partitions.
 */
export function parsePartitionAction(cursor: Cursor): AlterAction | undefined {
  if (cursor.take('REMOVE', 'PARTITIONING')) return { kind: 'remove_partitioning' };
  if (cursor.isPhrase('PARTITION', 'BY'))
    return { kind: 'partition_by', partitioning: parsePartitioning(cursor, []) };
  const verb = cursor.peek().upper;
  const word = cursor.peek(1).upper;
  if (word !== 'PARTITION' && word !== 'PARTITIONS') return undefined;
  const parse = parsers[verb];
  if (parse === undefined) return undefined;
  cursor.next();
  cursor.next();
  return parse(cursor, verb);
}

type Parser = (cursor: Cursor, verb: string) => PartitionAction;

const parsers: Readonly<Record<string, Parser | undefined>> = {
  ADD: parseAdd,
  DROP: (cursor) => parseDrop(cursor),
  TRUNCATE: (cursor) => withNames('truncate_partitions', parseNamesOrAll(cursor)),
  RENAME: (cursor) => parseRename(cursor),
  REORGANIZE: (cursor) => parseReorganize(cursor),
  EXCHANGE: (cursor) => parseExchange(cursor),
  COALESCE: (cursor) => ({ kind: 'coalesce_partitions', count: cursor.integer() }),
  MODIFY: (cursor) => parseModify(cursor),
  ANALYZE: parseMaintenance,
  CHECK: parseMaintenance,
  OPTIMIZE: parseMaintenance,
  REBUILD: parseMaintenance,
  REPAIR: parseMaintenance,
};

/**
 * add := ADD PARTITION [IF NOT EXISTS] (( partitions ) | PARTITIONS n | name bounds [( properties )] [DISTRIBUTED BY …])
 *      | ADD PARTITIONS (n | steps)
 */
function parseAdd(cursor: Cursor): PartitionAction {
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  if (cursor.take('PARTITIONS') || cursor.peek().kind === 'number') {
    return { kind: 'add_hash_partitions', count: cursor.integer() };
  }
  const partitions = parseAdded(cursor);
  if (cursor.isPhrase('DISTRIBUTED', 'BY')) parseDistribution(cursor);
  if (cursor.isOperator('(')) cursor.properties();
  return { kind: 'add_partitions', partitions, ifNotExists };
}

function parseAdded(cursor: Cursor): readonly PartitionDefinition[] {
  if (cursor.isOperator('(')) return parsePartitions(cursor, []);
  if (cursor.isWord('START')) return parsePartitionOrSteps(cursor, []);
  return [parsePartitionBody(cursor)];
}

/** drop := DROP PARTITION [IF EXISTS] names [FORCE] */
function parseDrop(cursor: Cursor): PartitionAction {
  const ifExists = cursor.take('IF', 'EXISTS');
  const names = parseNames(cursor);
  cursor.take('FORCE');
  return { kind: 'drop_partitions', names, ifExists };
}

/** rename := RENAME PARTITION name [TO] name */
function parseRename(cursor: Cursor): PartitionAction {
  const from = cursor.nameOrString();
  cursor.take('TO');
  return { kind: 'rename_partition', from, to: cursor.nameOrString() };
}

/** reorganize := REORGANIZE PARTITION [names INTO ( partitions )] */
function parseReorganize(cursor: Cursor): PartitionAction {
  const names = parseNames(cursor);
  cursor.expect('INTO');
  return { kind: 'reorganize_partitions', names, into: parsePartitions(cursor, []) };
}

/** exchange := EXCHANGE PARTITION name WITH TABLE name [(WITH | WITHOUT) VALIDATION] */
function parseExchange(cursor: Cursor): PartitionAction {
  const name = cursor.name();
  cursor.expect('WITH', 'TABLE');
  const table = cursor.objectName();
  const word = cursor.takeOneOf('WITH', 'WITHOUT');
  if (word !== undefined) cursor.expect('VALIDATION');
  return { kind: 'exchange_partition', name, table, validate: word !== 'WITHOUT' };
}

/** modify := MODIFY PARTITION (name | ( names ) | ( * )) SET ( properties ) */
function parseModify(cursor: Cursor): PartitionAction {
  const isAll = cursor.isOperator('(') && cursor.isOperator('*', 1);
  const names = isAll ? undefined : parseNames(cursor);
  if (isAll) cursor.parenthesized(() => cursor.expectOperator('*'));
  cursor.expect('SET');
  const properties = cursor.properties();
  return names === undefined
    ? { kind: 'modify_partitions', properties }
    : { kind: 'modify_partitions', names, properties };
}

function parseMaintenance(cursor: Cursor, verb: string): PartitionAction {
  const names = parseNamesOrAll(cursor);
  return { kind: 'maintain_partitions', operation: verb, ...(names === undefined ? {} : { names }) };
}

/** names := ( name {, name} ) | name {, name} */
function parseNames(cursor: Cursor): readonly string[] {
  if (cursor.isOperator('(')) return cursor.parenthesized(() => cursor.list(() => cursor.nameOrString()));
  const names = [cursor.nameOrString()];
  // A comma may also begin the next action.
  while (cursor.isOperator(',') && !isAction(cursor.peek(1).upper)) {
    cursor.next();
    names.push(cursor.nameOrString());
  }
  return names;
}

function parseNamesOrAll(cursor: Cursor): readonly string[] | undefined {
  return cursor.take('ALL') ? undefined : parseNames(cursor);
}

function isAction(word: string): boolean {
  return parsers[word] !== undefined;
}

function withNames(kind: 'truncate_partitions', names: readonly string[] | undefined): PartitionAction {
  return names === undefined ? { kind } : { kind, names };
}
