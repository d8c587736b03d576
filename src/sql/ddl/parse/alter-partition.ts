import { SqlError } from '../../../base/sql-error.ts';
import type { PartitionDefinition } from '../definition.ts';
import type { AlterAction, PartitionAction } from '../statement.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseObjectName } from './names.ts';
import { parseProperties } from './properties.ts';
import { parseDistribution } from './create-table.ts';
import { parsePartitionBody, parsePartitionOrSteps, parsePartitions } from './partition-definition.ts';
import { parsePartitioning } from './partitioning.ts';

/**
 * partitions := ADD … | DROP … | TRUNCATE … | RENAME … | REORGANIZE … | EXCHANGE … | COALESCE … | MODIFY …
 *             | (ADD | DROP) TEMPORARY PARTITION … | REPLACE PARTITION …
 *             | PARTITION BY … | REMOVE PARTITIONING | (ANALYZE | CHECK | OPTIMIZE | REBUILD | REPAIR) PARTITION …
 *
 * Undefined when the next action is not about partitions.
 */
export function parsePartitionAction(reader: TokenReader): AlterAction | undefined {
  if (reader.accept('REMOVE', 'PARTITIONING')) return { kind: 'remove_partitioning' };
  if (reader.isPhrase('PARTITION', 'BY'))
    return { kind: 'partition_by', partitioning: parsePartitioning(reader, []) };
  const verb = reader.peek().upper;
  const isTemporary = (verb === 'ADD' || verb === 'DROP') && reader.peek(1).upper === 'TEMPORARY';
  const word = reader.peek(isTemporary ? 2 : 1).upper;
  if (word !== 'PARTITION' && word !== 'PARTITIONS') return undefined;
  const parse = parsers[verb];
  if (parse === undefined) return undefined;
  reader.next();
  if (isTemporary) reader.next();
  reader.next();
  const action = parse(reader, verb);
  const canBe = action.kind === 'add_partitions' || action.kind === 'drop_partitions';
  if (!isTemporary) return action;
  return canBe ? { ...action, temporary: true } : reader.fail();
}

type Parser = (reader: TokenReader, verb: string) => PartitionAction;

const parsers: Readonly<Record<string, Parser | undefined>> = {
  ADD: parseAdd,
  DROP: (reader) => parseDrop(reader),
  TRUNCATE: (reader) => withNames('truncate_partitions', parseNamesOrAll(reader)),
  RENAME: (reader) => parseRename(reader),
  REORGANIZE: (reader) => parseReorganize(reader),
  EXCHANGE: (reader) => parseExchange(reader),
  REPLACE: (reader) => parseReplace(reader),
  COALESCE: (reader) => ({ kind: 'coalesce_partitions', count: reader.integer() }),
  MODIFY: (reader) => parseModify(reader),
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
function parseAdd(reader: TokenReader): PartitionAction {
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  if (reader.accept('PARTITIONS') || reader.peek().kind === 'number') {
    return { kind: 'add_hash_partitions', count: reader.integer() };
  }
  const partitions = parseAdded(reader);
  if (reader.isPhrase('DISTRIBUTED', 'BY')) parseDistribution(reader);
  if (reader.isOperator('(')) parseProperties(reader);
  return { kind: 'add_partitions', partitions, ifNotExists, temporary: false };
}

function parseAdded(reader: TokenReader): readonly PartitionDefinition[] {
  if (reader.isOperator('(')) return parsePartitions(reader, []);
  if (reader.isWord('START')) return parsePartitionOrSteps(reader, []);
  return [parsePartitionBody(reader)];
}

/** drop := DROP PARTITION [IF EXISTS] (names | steps) [FORCE]; steps name the partitions that ADD would make */
function parseDrop(reader: TokenReader): PartitionAction {
  const ifExists = reader.accept('IF', 'EXISTS');
  const names = reader.isWord('START')
    ? parsePartitionOrSteps(reader, []).map((partition) => partition.name)
    : parseNames(reader);
  reader.accept('FORCE');
  return { kind: 'drop_partitions', names, ifExists, temporary: false };
}

/** replace := REPLACE PARTITION names WITH TEMPORARY PARTITION names [[PROPERTIES] ( properties )] */
function parseReplace(reader: TokenReader): PartitionAction {
  const names = parseNames(reader);
  reader.expect('WITH', 'TEMPORARY');
  reader.expectOneOf('PARTITION', 'PARTITIONS');
  const temporaryNames = parseNames(reader);
  reader.accept('PROPERTIES');
  const properties = new Map(reader.isOperator('(') ? parseProperties(reader) : []);
  return {
    kind: 'replace_partitions',
    names,
    temporaryNames,
    strictRange: flag(properties.get('strict_range'), 'strict_range', true),
    keepTemporaryNames: flag(properties.get('use_temp_partition_name'), 'use_temp_partition_name', false),
  };
}

function flag(value: string | undefined, key: string, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  const word = value.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw new SqlError('analysis', `Invalid value of property ${key}: ${value}. It is true or false`);
}

/** rename := RENAME PARTITION name [TO] name */
function parseRename(reader: TokenReader): PartitionAction {
  const from = reader.nameOrString();
  reader.accept('TO');
  return { kind: 'rename_partition', from, to: reader.nameOrString() };
}

/** reorganize := REORGANIZE PARTITION [names INTO ( partitions )] */
function parseReorganize(reader: TokenReader): PartitionAction {
  const names = parseNames(reader);
  reader.expect('INTO');
  return { kind: 'reorganize_partitions', names, into: parsePartitions(reader, []) };
}

/** exchange := EXCHANGE PARTITION name WITH TABLE name [(WITH | WITHOUT) VALIDATION] */
function parseExchange(reader: TokenReader): PartitionAction {
  const name = reader.name();
  reader.expect('WITH', 'TABLE');
  const table = parseObjectName(reader);
  const word = reader.acceptOneOf('WITH', 'WITHOUT');
  if (word !== undefined) reader.expect('VALIDATION');
  return { kind: 'exchange_partition', name, table, validate: word !== 'WITHOUT' };
}

/** modify := MODIFY PARTITION (name | ( names ) | ( * )) SET ( properties ) */
function parseModify(reader: TokenReader): PartitionAction {
  const isAll = reader.isOperator('(') && reader.isOperator('*', 1);
  const names = isAll ? undefined : parseNames(reader);
  if (isAll) reader.parenthesized(() => reader.expectOperator('*'));
  reader.expect('SET');
  const properties = parseProperties(reader);
  return names === undefined
    ? { kind: 'modify_partitions', properties }
    : { kind: 'modify_partitions', names, properties };
}

function parseMaintenance(reader: TokenReader, verb: string): PartitionAction {
  const names = parseNamesOrAll(reader);
  return { kind: 'maintain_partitions', operation: verb, ...(names === undefined ? {} : { names }) };
}

/** names := ( name {, name} ) | name {, name} */
function parseNames(reader: TokenReader): readonly string[] {
  if (reader.isOperator('(')) return reader.parenthesized(() => reader.list(() => reader.nameOrString()));
  const names = [reader.nameOrString()];
  // A comma may also begin the next action.
  while (reader.isOperator(',') && !isAction(reader.peek(1).upper)) {
    reader.next();
    names.push(reader.nameOrString());
  }
  return names;
}

function parseNamesOrAll(reader: TokenReader): readonly string[] | undefined {
  return reader.accept('ALL') ? undefined : parseNames(reader);
}

function isAction(word: string): boolean {
  return parsers[word] !== undefined;
}

function withNames(kind: 'truncate_partitions', names: readonly string[] | undefined): PartitionAction {
  return names === undefined ? { kind } : { kind, names };
}
