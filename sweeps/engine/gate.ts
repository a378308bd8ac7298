/**
 * Runs pieces of work concurrently, or one alone: a job that once lost its worker runs alone, so that it cannot harm
 * other jobs. First come, first served.
 */
export class Gate {
  private inside = 0;
  private locked = false;
  private readonly line: { readonly alone: boolean; readonly go: () => void }[] = [];

  /** Resolves when the work may begin; call `leave` with the same argument when it has ended. */
  enter(alone: boolean): Promise<void> {
    return new Promise((go) => {
      this.line.push({ alone, go });
      this.admit();
    });
  }

  leave(alone: boolean): void {
    this.inside--;
    if (alone) this.locked = false;
    this.admit();
  }

  private admit(): void {
    while (this.line.length > 0) {
      const [{ alone, go }] = this.line;
      if (this.locked || (alone && this.inside > 0)) return;
      this.line.shift();
      this.inside++;
      this.locked = alone;
      go();
    }
  }
}
