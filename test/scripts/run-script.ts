import assert from 'node:assert/strict';
import { type Case, type Outcome, printOutcome } from './script.ts';

/** A server that a script talks to. */
export interface Talk extends AsyncDisposable {
  ask(statement: string): Promise<Outcome>;
  /** Resolves when no job runs. */
  settled(): Promise<void>;
  /** Stands for `{place}` in statements, and is printed as that. */
  readonly place: string;
}

/** Runs the cases in order; gives them with what the server answered. */
export async function answersOf(talk: Talk, cases: readonly Case[]): Promise<readonly Case[]> {
  const answered: Case[] = [];
  for (const one of cases) {
    const statement = await filledIn(talk, one.statement.replace(/;\s*$/, ''));
    const outcome = await talk.ask(statement);
    if (/^(?:--.*\n)*(?:BACKUP|RESTORE)\b/i.test(one.statement)) await talk.settled();
    const shown = /^(?:--.*\n)*SHOW\b/i.test(one.statement) ? withoutTimes(outcome) : outcome;
    answered.push({ ...one, expected: printOutcome(withoutPlace(shown, talk.place)) });
  }
  return answered;
}

/** `{place}` is the folder of the run, `{timestamp r.label}` that of a snapshot. */
async function filledIn(talk: Talk, statement: string): Promise<string> {
  const text = statement.replaceAll('{place}', talk.place);
  const wanted = /\{timestamp (?<repository>\w+)\.(?<label>\w+)\}/.exec(text);
  if (wanted === null) return text;
  const { repository, label } = wanted.groups ?? {};
  const listed = await talk.ask(`SHOW SNAPSHOT ON ${repository} WHERE SNAPSHOT = '${label}'`);
  assert.ok(listed.kind === 'rows', `no snapshot '${label}'`);
  return text.replaceAll(wanted[0], String(listed.rows[0]?.[1]));
}

const masks: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}(?:-\d\d){5}-\d{3}\b/g, 'yyyy-MM-dd-HH-mm-ss-SSS'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/g, 'yyyy-MM-dd HH:mm:ss'],
];

/** A script runs when it runs: SHOW's times are printed as their form. */
function withoutTimes(outcome: Outcome): Outcome {
  return masks.reduce(
    (masked, [pattern, form]) => mapTexts(masked, (text) => text.replace(pattern, form)),
    outcome,
  );
}

function withoutPlace(outcome: Outcome, place: string): Outcome {
  return mapTexts(outcome, (text) => text.replaceAll(place, '{place}'));
}

function mapTexts(outcome: Outcome, map: (text: string) => string): Outcome {
  if (outcome.kind === 'error') return { ...outcome, message: map(outcome.message) };
  if (outcome.kind === 'ok') return outcome;
  return {
    ...outcome,
    rows: outcome.rows.map((row) => row.map((cell) => (cell === null ? null : map(cell)))),
  };
}
