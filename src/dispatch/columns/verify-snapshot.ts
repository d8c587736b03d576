import { type Cell, integerColumn, textColumn } from '../../base/rows.ts';
import type { Verdict } from '../../snapshot/verification.ts';
import type { Table } from '../answer.ts';

/** What VERIFY SNAPSHOT found of one object, or of the manifest itself. */
export type VerifiedObject = Readonly<{ label: string; timestamp: string }> &
  (
    | Readonly<{ what: 'object'; verdict: Verdict }>
    /** `problem` says why the manifest cannot be used. */
    | Readonly<{ what: 'manifest'; problem?: string }>
    /** Something that no snapshot put into its folder. */
    | Readonly<{ what: 'foreign'; key: string }>
  );

/** More would not fit a terminal; the others are counted. */
const problemsShownMax = 3;

/** VERIFY SNAPSHOT: a row for each object. Kind is StarRocks' word of BACKUP's ON list, else MANIFEST or FILE. */
export function verifyTable(found: readonly VerifiedObject[]): Table {
  const columns = [
    ...['Snapshot', 'Timestamp', 'Object', 'Kind'].map((name) => textColumn(name)),
    ...['Blobs', 'Bytes', 'Rows'].map((name) => integerColumn(name)),
    ...['Result', 'Message'].map((name) => textColumn(name, 1_000)),
  ];
  return { columns, rows: found.map((each) => [each.label, each.timestamp, ...cellsOf(each)]) };
}

function cellsOf(found: VerifiedObject): readonly Cell[] {
  switch (found.what) {
    case 'object':
      return objectCells(found.verdict);
    case 'manifest':
      return ['manifest.json', 'MANIFEST', null, null, null, ...resultOf(found.problem)];
    case 'foreign':
      return [found.key, 'FILE', null, null, null, 'WARN', 'not part of any snapshot; nothing reads it'];
  }
}

function resultOf(problem: string | undefined): readonly Cell[] {
  return problem === undefined ? ['PASS', null] : ['FAIL', problem];
}

function objectCells({ name, kind, blobs, bytes, rows, problems, notes }: Verdict): readonly Cell[] {
  const result = problems.length > 0 ? 'FAIL' : 'PASS';
  const said = [...problems.slice(0, problemsShownMax), ...notes];
  const more = problems.length - problemsShownMax;
  const message = [...said, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return [name, kind.replace('_', ' '), blobs, bytes, rows, result, message === '' ? null : message];
}
