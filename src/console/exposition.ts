/** Values of labels by name; a name is of the form `[a-z_]+`. */
export type Labels = Readonly<Record<string, string>>;

export type Sample = Readonly<{
  labels: Labels;
  value: number;
  /** What a histogram puts behind its name. */
  suffix?: '_bucket' | '_sum' | '_count';
}>;

/** One metric: its name by Prometheus' conventions (base units, `_total` behind what only grows), and its values. */
export type Family = Readonly<{
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: readonly Sample[];
}>;

/** Of the text format, version 0.0.4. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** The families as Prometheus reads them (its "exposition formats", text-based format). */
export function printFamilies(families: readonly Family[]): string {
  return families.flatMap(printFamily).join('');
}

export function gauge(name: string, help: string, samples: readonly Sample[] | number): Family {
  return family('gauge', name, help, samples);
}

export function counter(name: string, help: string, samples: readonly Sample[] | number): Family {
  return family('counter', name, help, samples);
}

function family(
  type: Family['type'],
  name: string,
  help: string,
  samples: readonly Sample[] | number,
): Family {
  return {
    name,
    help,
    type,
    samples: typeof samples === 'number' ? [{ labels: {}, value: samples }] : samples,
  };
}

function printFamily({ name, help, type, samples }: Family): readonly string[] {
  return [
    `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`,
    `# TYPE ${name} ${type}\n`,
    ...samples.map(
      ({ labels, value, suffix = '' }) => `${name}${suffix}${printLabels(labels)} ${printValue(value)}\n`,
    ),
  ];
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function printValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
