import { checkCancelled } from '../cancel.ts';
import { StorageError } from '../storage-error.ts';

type Waiter = Readonly<{ bytes: number; enter: () => void }>;

/** Bounds the bytes that all unfinished puts of the process hold in parts, in order of arrival. */
export class PartMemory {
  readonly #bytesMax: number;
  readonly #waiting = new Set<Waiter>();
  #taken = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get takenBytes(): number {
    return this.#taken;
  }

  /** Waits until `bytes` are free; disposing of the answer gives them back. A demand above the bound waits for all of it. */
  async take(bytes: number, signal: AbortSignal): Promise<Disposable> {
    checkCancelled(signal, 'waiting for memory');
    const wanted = Math.min(bytes, this.#bytesMax);
    if (this.#waiting.size > 0 || !this.#fits(wanted)) await this.#wait(wanted, signal);
    else this.#taken += wanted;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) this.#release(wanted);
      isHeld = false;
    };
    return { [Symbol.dispose]: release };
  }

  #fits(bytes: number): boolean {
    return this.#taken + bytes <= this.#bytesMax;
  }

  async #wait(bytes: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { bytes, enter: resolve };
    this.#waiting.add(waiter);
    const onAbort = (): void => {
      const error = new StorageError('cancelled', 'waiting for memory was cancelled', {
        cause: signal.reason,
      });
      if (this.#waiting.delete(waiter)) reject(error);
      this.#admit();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #release(bytes: number): void {
    this.#taken -= bytes;
    this.#admit();
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (!this.#fits(waiter.bytes)) return;
      this.#waiting.delete(waiter);
      this.#taken += waiter.bytes;
      waiter.enter();
    }
  }
}
