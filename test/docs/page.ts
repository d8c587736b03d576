import { readFileSync } from 'node:fs';
import { splitStatements } from '../../src/sql/splitter.ts';

/** One piece of SQL of a page. Setup blocks are comments: the reader of the rendered page does not see them. */
export type Block = Readonly<{
  line: number;
  isSetup: boolean;
  /** The error that the block's only statement must give. */
  errorNumber?: number;
  statements: readonly string[];
}>;

const blockPattern = /^(?:```sql(?: error=(?<error>\d+))?\n(?<sql>.*?)^```|<!-- setup\n(?<setup>.*?)^-->)/gms;

/** The SQL blocks of a Markdown page: its setup first, then what it shows, from top to bottom. */
export function blocksOf(file: string): readonly Block[] {
  const text = readFileSync(file, 'utf8');
  const blocks = [...text.matchAll(blockPattern)].map((match): Block => {
    const { error, sql, setup } = match.groups ?? {};
    return {
      line: text.slice(0, match.index).split('\n').length + 1,
      isSetup: setup !== undefined,
      ...(error !== undefined && { errorNumber: Number(error) }),
      statements: splitStatements(setup ?? sql ?? '').map((statement) => statement.text),
    };
  });
  return [...blocks.filter((block) => block.isSetup), ...blocks.filter((block) => !block.isSetup)];
}
