import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { answerTimeoutMs } from './programs.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

/** Path of Chromium, undefined when there is none. */
export function findChromium(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore', timeout: answerTimeoutMs }).status === 0,
  );
}

/** Else it looks for updates of its own. */
const alone = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page of Superset loads some hundred files. */
const waitMs = 120_000;

type Answer = Readonly<{ id?: number; result?: Readonly<Record<string, unknown>>; error?: unknown }>;

/** One page of a Chromium without a screen, driven by its DevTools protocol. */
export class Page implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #closing: AsyncDisposableStack;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #nextId = 1;

  private constructor(socket: WebSocket, closing: AsyncDisposableStack) {
    this.#socket = socket;
    this.#closing = closing;
    socket.addEventListener('message', (event) => {
      const answer = JSON.parse(String(event.data)) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async open(chromium: string, size: Readonly<{ width: number; height: number }>): Promise<Page> {
    await using opening = new AsyncDisposableStack();
    const folder = opening.use(await temporaryFolder());
    const words = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', ...alone];
    const look = [
      `--window-size=${size.width},${size.height}`,
      `--user-data-dir=${folder.path}`,
      'about:blank',
    ];
    const child = spawn(chromium, [...words, ...look], { stdio: 'ignore' });
    opening.defer(() => ended(child));
    const port = await portOf(path.join(folder.path, 'DevToolsActivePort'));
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly Readonly<{
      type: string;
      webSocketDebuggerUrl: string;
    }>[];
    const target = targets.find(({ type }) => type === 'page');
    assert.ok(target !== undefined);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    return new Page(socket, opening.move());
  }

  async go(address: string): Promise<void> {
    await this.#send('Page.navigate', { url: address });
  }

  /** The value of an expression in the page; undefined while the page cannot give one. */
  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.#send('Runtime.evaluate', { expression, returnByValue: true });
    return (result as Readonly<{ value?: unknown }> | undefined)?.value;
  }

  /** Waits for an expression to be true in the page. */
  async waitFor(expression: string): Promise<void> {
    await until(
      expression,
      async () => ((await this.evaluate(expression)) === true ? true : undefined),
      waitMs,
    );
  }

  async type(selector: string, text: string): Promise<void> {
    await this.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`);
    await this.#send('Input.insertText', { text });
  }

  /** Saves the page once nothing moves in it any more. */
  async savePicture(file: string): Promise<void> {
    let seen: readonly unknown[] = [];
    const still = await until('a page at rest', async () => {
      const { data } = await this.#send('Page.captureScreenshot', { format: 'png' });
      seen = [...seen, data].slice(-10);
      return seen.length === 10 && new Set(seen).size === 1 ? String(data) : undefined;
    });
    await writeFile(file, Buffer.from(still, 'base64'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#closing.disposeAsync();
  }

  async #send(
    method: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = await promise;
    this.#waiting.delete(id);
    assert.ok(answer.result !== undefined, `${method}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  }
}

async function portOf(file: string): Promise<string> {
  return until('the port of Chromium', async () => {
    const written = existsSync(file) ? await readFile(file, 'utf8') : '';
    return written.split('\n')[0] || undefined;
  });
}

async function ended(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}
