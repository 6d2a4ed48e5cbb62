// Counts what is under way, so that a test can wait for quiet instead of sleeping.

/** Work that is under way. */
export class Activity {
  #running = 0;
  #waiting: (() => void)[] = [];
  readonly #report: (error: unknown) => void;

  /** @param report hears of work that failed; such a failure is a fault of the double. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Marks a piece of work as begun; the returned function marks its end and may be called once. */
  begin(): () => void {
    this.#running += 1;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#running -= 1;
      if (this.#running === 0) setImmediate(() => this.#settle());
    };
  }

  /** Runs work in the background and counts it until it settles. */
  run(work: () => Promise<void>): void {
    const end = this.begin();
    work().catch(this.#report).finally(end);
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setImmediate(() => this.#settle());
    });
  }

  #settle(): void {
    if (this.#running > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
