import type { TypeFacts } from '../../sql/ddl/type-facts.ts';
import type { SystemRow } from './system-table.ts';

/** The columns in which COLUMNS, PARAMETERS and ROUTINES say of a type the same. */
export function typeCells(facts: TypeFacts): SystemRow {
  return {
    DATA_TYPE: facts.dataType,
    CHARACTER_MAXIMUM_LENGTH: facts.characterMaximumLength,
    CHARACTER_OCTET_LENGTH: facts.characterOctetLength,
    NUMERIC_PRECISION: facts.numericPrecision,
    NUMERIC_SCALE: facts.numericScale,
    DATETIME_PRECISION: facts.datetimePrecision,
    CHARACTER_SET_NAME: facts.characterSetName,
    COLLATION_NAME: facts.collationName,
  };
}
