import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerTimeoutMs } from './programs.ts';

/** The first release of Go that fetches a newer one by itself, and that compiles today's drivers. */
const oldestMinor = 21;
/** What an older one fetches: the module by which Go hands out itself. */
const toolchain = 'v0.0.1-go1.24.9';
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const fetchTimeoutMs = 300_000;

/** True where there is a Go of any age. */
export function hasGo(): boolean {
  return minorOf('go') !== undefined;
}

/** Path of a Go that compiles today's drivers: the system's, or one that the system's has fetched. */
export function recentGo(): string | undefined {
  const minor = minorOf('go');
  if (minor === undefined) return undefined;
  return minor >= oldestMinor ? 'go' : fetchGo();
}

function minorOf(go: string): number | undefined {
  const { stdout } = spawnSync(go, ['version'], { encoding: 'utf8', timeout: answerTimeoutMs });
  const found = /\bgo1\.(\d+)/.exec(stdout ?? '');
  return found === null ? undefined : Number(found[1]);
}

/** Debian 12 has Go 1.19. */
function fetchGo(): string | undefined {
  const module = `golang.org/toolchain@${toolchain}.linux-${architectures[process.arch] ?? process.arch}`;
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-go-'));
  try {
    writeFileSync(path.join(folder, 'go.mod'), 'module fetch\n');
    const run = spawnSync('go', ['mod', 'download', '-json', module], {
      cwd: folder,
      encoding: 'utf8',
      timeout: fetchTimeoutMs,
    });
    const found = /"Dir": "([^"]+)"/.exec(run.stdout ?? '');
    if (run.status !== 0 || found === null) return undefined;
    return madeExecutable(found[1] as string);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Modules have no bits of permission. */
function madeExecutable(root: string): string {
  for (const program of globSync(['bin/*', 'pkg/tool/*/*'], { cwd: root })) {
    chmodSync(path.join(root, program), 0o755);
  }
  return path.join(root, 'bin', 'go');
}
