import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { clientsFolder } from './client-packages.ts';
import { compile, fetchNodePackages, placeOf } from './fetched.ts';
import { hasGo, recentGo } from './go.ts';
import { answerTimeoutMs } from './programs.ts';

const goFolder: string = path.join(clientsFolder, 'go');
const goProgram: string = placeOf('go-client', ...['go.mod', 'go.sum', 'main.go'].map(inFolder(goFolder)));
const rustFolder: string = path.join(clientsFolder, 'rust');
const rustProgram: string = placeOf(
  'rust-client',
  ...['Cargo.toml', 'Cargo.lock', 'src/main.rs'].map(inFolder(rustFolder)),
);
const prismaFolder: string = path.join(clientsFolder, 'prisma');
const prismaProgram: string = path.join(prismaFolder, 'prisma.js');

/** Path of the compiled program of Go's client, undefined when it was not made. */
export function findGoClient(): string | undefined {
  return existsSync(goProgram) ? goProgram : undefined;
}

/** Path of Go, of any age; undefined when there is none. */
export function findGo(): string | undefined {
  return hasGo() ? 'go' : undefined;
}

/** False when Go cannot. */
export async function compileGoClient(): Promise<boolean> {
  const go = recentGo();
  if (go === undefined) return false;
  return compile(go, goProgram, (folder) => ({
    words: ['build', '-C', goFolder, '-o', path.join(folder, 'client'), '.'],
    // What of its own library calls C would be compiled with a compiler of C, which takes half as long again.
    environment: { CGO_ENABLED: '0', GOTOOLCHAIN: 'local' },
    made: 'client',
  }));
}

/** Path of the compiled program of Rust's client, undefined when it was not made. */
export function findRustClient(): string | undefined {
  return existsSync(rustProgram) ? rustProgram : undefined;
}

/** Path of Rust's cargo, undefined when there is none. */
export function findCargo(): string | undefined {
  return answers('cargo', ['--version']) ? 'cargo' : undefined;
}

/** False when cargo, which must be 1.85 or newer, cannot. */
export async function compileRustClient(): Promise<boolean> {
  return compile('cargo', rustProgram, (folder) => ({
    words: ['build', '--locked', '--manifest-path', path.join(rustFolder, 'Cargo.toml')],
    environment: { CARGO_TARGET_DIR: folder },
    made: path.join('debug', 'rust-client'),
  }));
}

/** Path of the program that tries Prisma, undefined when Prisma's packages are missing or its client was not generated. */
export function findPrismaClient(): string | undefined {
  const parts = ['node_modules/@prisma/client', 'generated/client.ts'].map(inFolder(prismaFolder));
  return parts.every((part) => existsSync(part)) ? prismaProgram : undefined;
}

/** Fetches Prisma's packages, and has it generate the client. False when it cannot. */
export function fetchPrismaClient(): boolean {
  if (!fetchNodePackages(prismaFolder)) return false;
  const words = ['generate', '--schema', path.join(prismaFolder, 'schema.prisma')];
  // Its compiler of queries comes in the package; that of migrations, which it would download, is not needed.
  const offline = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' };
  const run = spawnSync(path.join(prismaFolder, 'node_modules', '.bin', 'prisma'), words, {
    stdio: 'inherit',
    env: { ...process.env, ...offline },
    timeout: answerTimeoutMs,
  });
  return run.status === 0;
}

function answers(program: string, words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'ignore', timeout: answerTimeoutMs }).status === 0;
}

function inFolder(folder: string): (name: string) => string {
  return (name) => path.join(folder, name);
}
