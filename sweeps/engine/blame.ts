/**
 * Whether a job that lost its worker is to blame for it. Workers also die of other causes (pre-emption, power,
 * somebody's `kill -9`), and a job that was only near must not be given up for that: what a job that succeeded in the
 * end had lost before was not its own doing, and says how often the others' losses happen. A job is blamed for the
 * losses beyond those that could as well be such.
 */
import { log } from "../../base/math.js";

/**
 * A job is given up for losses that would meet one job in so many at the rate of losses that no job was to blame for.
 */
const ONE_IN = 1e6;
/**
 * Losses that a job is blamed for at least before it is given up; none of them is excused where workers die of jobs
 * only.
 */
export const BLAMED_LOSSES = 5;
/**
 * However often workers die: a job that kills them must end at some time. Reached at a rate of three losses in four
 * deliveries.
 */
const MOST_LOSSES = 48;

export class Blame {
  /** Losses by job since it last succeeded. */
  private readonly losses = new Map<string, number>();
  private excused = 0;
  private succeeded = 0;

  /** True where a delivery of this job lost its worker, and none has succeeded. */
  isSuspect(job: string): boolean {
    return this.losses.has(job);
  }

  succeed(job: string): void {
    this.excused += this.losses.get(job) ?? 0;
    this.losses.delete(job);
    this.succeeded++;
  }

  /** Takes note of a loss; true where it may be the job's own doing. */
  lose(job: string): boolean {
    const losses = (this.losses.get(job) ?? 0) + 1;
    this.losses.set(job, losses);
    return losses > this.likelyLosses - BLAMED_LOSSES;
  }

  /** True once a job that many others wait for has had as many losses as any job may have. */
  isHopeless(job: string): boolean {
    return (this.losses.get(job) ?? 0) >= MOST_LOSSES / 2;
  }

  /** Losses in a row that happen to less than one innocent job in a million. */
  private get likelyLosses(): number {
    const rate = this.excused / (this.excused + this.succeeded);
    if (!(rate > 0)) return BLAMED_LOSSES;
    return Math.min(MOST_LOSSES, Math.ceil(log(ONE_IN) / -log(rate)));
  }
}
