import type { Config } from '../config/config.ts';
import { type Finding, printFinding } from './finding.ts';
import { checkGreeting } from './greeting.ts';
import { checkInside } from './inside.ts';
import { checkMachine } from './machine.ts';

/** Prints a line for each thing that was looked at. Exit code 1 when something does not work. */
export async function runDoctor(config: Config, print: (text: string) => void): Promise<number> {
  let exitCode = 0;
  for await (const finding of makeRound(config)) {
    print(printFinding(finding));
    if (finding.level === 'fail') exitCode = 1;
  }
  return exitCode;
}

/** All that is found of a server of this configuration, as it is found. */
export async function* makeRound(config: Config): AsyncGenerator<Finding, void, undefined> {
  const greeting = await checkGreeting(config.listen);
  const isRunning = greeting.level === 'ok';
  yield* checkMachine(config, isRunning);
  yield greeting;
  if (isRunning) yield* checkInside(config);
}
