/** The timers of one phone, so that closing it leaves none behind. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();

  /** @returns a function that cancels it, safe to call twice */
  after(milliseconds: number, run: () => void): () => void {
    const handle = setTimeout(() => {
      this.#running.delete(handle);
      run();
    }, milliseconds);
    this.#running.add(handle);
    return () => {
      clearTimeout(handle);
      this.#running.delete(handle);
    };
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }

  close(): void {
    for (const handle of this.#running) clearTimeout(handle);
    this.#running.clear();
  }
}
