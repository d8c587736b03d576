import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { stepBackup } from '../../src/job/backup-machine.ts';
import { stepRestore } from '../../src/job/restore-machine.ts';
import { backupEvents, restoreEvents } from '../support/sample-events.ts';
import { sampleBackups, sampleRestores } from '../support/sample-jobs.ts';

/** What one event does in one state. */
type Move = Readonly<{ from: string; event: string; to: string; effects: string }>;

const file = 'docs/states.md';

describe('docs/states.md', () => {
  it('says what the machines do (UPDATE=1 writes it anew)', () => {
    const printed = print();
    if (process.env['UPDATE'] === '1') writeFileSync(file, printed);
    assert.equal(readFileSync(file, 'utf8'), printed, 'run this test with UPDATE=1');
  });
});

function print(): string {
  const now = 5_000;
  const backups = Object.values(sampleBackups).flatMap((job) =>
    backupEvents(job.run).map((event) => moveOf(job, event.kind, stepBackup(job, event, now))),
  );
  const restores = Object.values(sampleRestores).flatMap((job) =>
    restoreEvents(job.run).map((event) => moveOf(job, event.kind, stepRestore(job, event, now))),
  );
  return [
    '# The states of a job',
    '',
    'Printed from `src/job/backup-machine.ts` and `src/job/restore-machine.ts` by `test/job/states-document.test.ts`.',
    'Events that do nothing in a state are left out: they are late, or belong to another state. The comments in the',
    'machines say what a crash does in each state; `server_restarted` is the event that tells a job of it.',
    '',
    ...section('Backup', backups),
    ...section('Restore', restores),
  ].join('\n');
}

function moveOf(
  job: Readonly<{ state: string }>,
  event: string,
  step: Readonly<{ job: Readonly<{ state: string }>; effects: readonly Readonly<{ kind: string }>[] }>,
): Move | undefined {
  if (step.job === job && step.effects.length === 0) return undefined;
  const effects = step.effects.map((effect) => `\`${effect.kind}\``).join(', ');
  return { from: job.state, event, to: step.job.state, effects };
}

function section(title: string, all: readonly (Move | undefined)[]): readonly string[] {
  const moves = all.filter((move) => move !== undefined);
  const arrows = moves.filter((move) => move.to !== move.from && move.to !== 'CANCELLED');
  return [
    `## ${title}`,
    '',
    'Every state before the last is also left for CANCELLED; those arrows are in the table only.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> PENDING',
    ...arrows.map((move) => `  ${move.from} --> ${move.to}: ${move.event}`),
    '  FINISHED --> [*]',
    '  CANCELLED --> [*]',
    '```',
    '',
    '| in | event | becomes | effects |',
    '| --- | --- | --- | --- |',
    ...moves.map((move) => `| ${move.from} | ${move.event} | ${move.to} | ${move.effects || '–'} |`),
    '',
  ];
}
