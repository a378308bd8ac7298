/** Trainings of which one may diverge: the others are made all the same, and it is told at the end. */
import { InputError } from "../base/errors.js";
import { DivergedError } from "../training/index.js";

export class Outlasted {
  private readonly diverged: DivergedError[] = [];

  /** `onDiverged`: called with why a training diverged, when it does. */
  constructor(private readonly onDiverged: (why: string) => void) {}

  /** Waits for a training. @throws what it throws, unless it diverged */
  async of(training: Promise<void>): Promise<void> {
    try {
      await training;
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error;
      this.diverged.push(error);
      for (const { file, message } of error.problems) this.onDiverged(`${file}: ${message}`);
    }
  }

  /** @throws InputError with all that diverged */
  demandNone(): void {
    if (this.diverged.length > 0) throw new InputError(this.diverged.flatMap(({ problems }) => problems));
  }
}
