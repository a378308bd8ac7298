/**
 * A limit on the time for which a task runs, without the time for which this process and so its threads stood still
 * (Ctrl-Z, a suspended batch job, a frozen container): only ticks of a timer count, and a stop is at most one. A busy
 * event loop delays ticks, so it lengthens the limit, never shortens it. Effects: a timer.
 */
const TICK_MS = 1_000;

export class RunningLimit {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(private leftMs: number) {
    this.timer = this.next();
  }

  /** Aborted once the time is over. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends the count. */
  end(): void {
    clearTimeout(this.timer);
  }

  private next(): NodeJS.Timeout {
    const tickMs = Math.min(TICK_MS, this.leftMs);
    const tick = (): void => {
      this.leftMs -= tickMs;
      if (this.leftMs > 0) this.timer = this.next();
      else this.controller.abort();
    };
    return setTimeout(tick, tickMs).unref();
  }
}
