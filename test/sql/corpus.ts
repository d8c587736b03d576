import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', '..', 'grammar', 'corpus');

export type Accepted = Readonly<{ kind: string; text: string }>;
export type Rejected = Readonly<{ text: string; message: string }>;

/** The cases of `grammar/corpus/accept`: a line `-- kind` begins each. */
export function acceptedStatements(): readonly Accepted[] {
  return readdirSync(path.join(folder, 'accept')).flatMap((file) => {
    const [, ...parts] = readFileSync(path.join(folder, 'accept', file), 'utf8').split(/^-- (?=[a-z_]+$)/m);
    return parts.map((part) => {
      const end = part.indexOf('\n');
      return { kind: part.slice(0, end), text: part.slice(end).trim() };
    });
  });
}

/** The cases of `grammar/corpus/reject.sql`: statement, `----`, message, blank line. */
export function rejectedStatements(): readonly Rejected[] {
  const cases = readFileSync(path.join(folder, 'reject.sql'), 'utf8').trim().split('\n\n');
  return cases.map((one) => {
    const [text = '', message = ''] = one.split('\n----\n');
    return { text, message };
  });
}

/** A copy without the offsets of WHERE and ORDER BY, which printing changes. */
export function withoutOffsets(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    key === 'start' || key === 'end' ? undefined : part,
  );
}
