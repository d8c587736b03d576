/** `warn`: it works, but should be looked at. `fail`: it does not work. */
export type Finding = Readonly<{
  level: 'ok' | 'warn' | 'fail';
  /** What was looked at. */
  subject: string;
  text: string;
}>;

export function ok(subject: string, text: string): Finding {
  return { level: 'ok', subject, text };
}

export function warning(subject: string, text: string): Finding {
  return { level: 'warn', subject, text };
}

export function failure(subject: string, text: string): Finding {
  return { level: 'fail', subject, text };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `fail  repository r  …` */
export function printFinding({ level, subject, text }: Finding): string {
  return `${level.padEnd(4)}  ${subject}: ${text}`;
}
