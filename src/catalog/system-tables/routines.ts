import { timeText } from '../../base/time-text.ts';
import type { DataType } from '../../sql/ddl/definition.ts';
import { printColumnType } from '../../sql/ddl/print/column-type.ts';
import { describeColumnType } from '../../sql/ddl/type-facts.ts';
import type { FunctionFacts } from '../view.ts';
import { catalogName } from './system-table.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';
import { typeCells } from './type-cells.ts';

const characters =
  'CHARACTER_SET_CLIENT varchar(64) NOT NULL, COLLATION_CONNECTION varchar(64) NOT NULL, DATABASE_COLLATION varchar(64) NOT NULL';
const typeColumns = (scale: string): string =>
  'DATA_TYPE longtext, CHARACTER_MAXIMUM_LENGTH bigint, CHARACTER_OCTET_LENGTH bigint, NUMERIC_PRECISION int unsigned, ' +
  `NUMERIC_SCALE ${scale}, DATETIME_PRECISION int unsigned, CHARACTER_SET_NAME varchar(64), COLLATION_NAME varchar(64)`;

/** ROUTINES and PARAMETERS: stored functions. Overloads share ROUTINE_NAME; SPECIFIC_NAME tells them apart. */
export const routineTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'ROUTINES',
    columns:
      'SPECIFIC_NAME varchar(64) NOT NULL, ROUTINE_CATALOG varchar(64), ROUTINE_SCHEMA varchar(64), ROUTINE_NAME varchar(64) NOT NULL, ' +
      `ROUTINE_TYPE enum('FUNCTION','PROCEDURE') NOT NULL, ${typeColumns('int unsigned')}, DTD_IDENTIFIER longtext, ROUTINE_BODY varchar(3) NOT NULL, ` +
      'ROUTINE_DEFINITION longtext, EXTERNAL_NAME binary(0), EXTERNAL_LANGUAGE varchar(64) NOT NULL, PARAMETER_STYLE varchar(3) NOT NULL, ' +
      "IS_DETERMINISTIC varchar(3) NOT NULL, SQL_DATA_ACCESS enum('CONTAINS SQL','NO SQL','READS SQL DATA','MODIFIES SQL DATA') NOT NULL, " +
      "SQL_PATH binary(0), SECURITY_TYPE enum('DEFAULT','INVOKER','DEFINER') NOT NULL, CREATED timestamp NOT NULL, " +
      `LAST_ALTERED timestamp NOT NULL, SQL_MODE text NOT NULL, ROUTINE_COMMENT text NOT NULL, DEFINER varchar(288) NOT NULL, ${characters}`,
    rows: (reader) => namedFunctions(reader).map((named) => routineRow(named)),
  },
  {
    schema: 'information_schema',
    name: 'PARAMETERS',
    columns:
      'SPECIFIC_CATALOG varchar(64), SPECIFIC_SCHEMA varchar(64), SPECIFIC_NAME varchar(64) NOT NULL, ORDINAL_POSITION bigint unsigned NOT NULL, ' +
      `PARAMETER_MODE varchar(5), PARAMETER_NAME varchar(64), ${typeColumns('bigint')}, DTD_IDENTIFIER mediumtext NOT NULL, ` +
      "ROUTINE_TYPE enum('FUNCTION','PROCEDURE') NOT NULL",
    rows: (reader) => namedFunctions(reader).flatMap((named) => parameterRows(named)),
  },
];

type NamedFunction = FunctionFacts & Readonly<{ specificName: string }>;

/** The functions that the reader may see; the second and later overloads of a name get a number. */
function namedFunctions({ view, context }: SystemReader): readonly NamedFunction[] {
  const functions = view
    .listDatabases()
    .flatMap(({ name }) => view.listFunctions(name) ?? [])
    .filter(({ database, name }) => context.access?.seesFunction(database, name) ?? true);
  return functions.map((facts, index) => {
    const earlier = functions
      .slice(0, index)
      .filter(({ database, name }) => database === facts.database && name === facts.name).length;
    return { ...facts, specificName: earlier === 0 ? facts.name : `${facts.name}_${earlier + 1}` };
  });
}

function routineRow({
  specificName,
  database,
  name,
  definition,
  createdAt,
  updatedAt,
}: NamedFunction): SystemRow {
  const { returns, body, characteristics, definer, sqlMode } = definition;
  return {
    SPECIFIC_NAME: specificName,
    ROUTINE_CATALOG: catalogName,
    ROUTINE_SCHEMA: database,
    ROUTINE_NAME: name,
    ROUTINE_TYPE: 'FUNCTION',
    ...typeRow(returns),
    ROUTINE_BODY: 'SQL',
    ROUTINE_DEFINITION: `RETURN ${body}`,
    EXTERNAL_LANGUAGE: 'SQL',
    PARAMETER_STYLE: 'SQL',
    IS_DETERMINISTIC: characteristics.deterministic ? 'YES' : 'NO',
    SQL_DATA_ACCESS: characteristics.dataAccess,
    SECURITY_TYPE: characteristics.security,
    CREATED: timeText(createdAt),
    LAST_ALTERED: timeText(updatedAt),
    SQL_MODE: sqlMode,
    ROUTINE_COMMENT: characteristics.comment ?? '',
    DEFINER: definer.replaceAll('`', ''),
    CHARACTER_SET_CLIENT: 'utf8mb4',
    COLLATION_CONNECTION: 'utf8mb4_0900_ai_ci',
    DATABASE_COLLATION: 'utf8mb4_0900_ai_ci',
  };
}

/** Position 0 is the result, as in MySQL. */
function parameterRows({ specificName, database, definition }: NamedFunction): readonly SystemRow[] {
  const places = [
    { name: null, mode: null, type: definition.returns },
    ...definition.parameters.map(({ name, type }) => ({ name, mode: 'IN', type })),
  ];
  return places.map(({ name, mode, type }, position) => ({
    SPECIFIC_CATALOG: catalogName,
    SPECIFIC_SCHEMA: database,
    SPECIFIC_NAME: specificName,
    ORDINAL_POSITION: position,
    PARAMETER_MODE: mode,
    PARAMETER_NAME: name,
    ...typeRow(type),
    ROUTINE_TYPE: 'FUNCTION',
  }));
}

function typeRow(type: DataType): SystemRow {
  const facts = describeColumnType(type);
  return {
    ...typeCells(facts),
    DTD_IDENTIFIER: printColumnType(type),
  };
}
