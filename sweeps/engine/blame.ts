/**
 * Whether a job that lost its worker is to blame. Workers also die of other causes (pre-emption, power, `kill -9`), and
 * a job that only ran there must not be given up. If a job succeeds in the end, its earlier losses were not its fault;
 * their rate tells how often innocent jobs lose a worker. A job is blamed for losses beyond that rate.
 */
import { log } from "../../base/math.js";

/** A job is given up at a number of losses that fewer than one innocent job in this many would reach. */
const ONE_IN = 1e6;
/**
 * Least losses for which a job is blamed before it is given up. If no innocent job has lost a worker yet, every loss is
 * blamed.
 */
export const BLAMED_LOSSES = 5;
/**
 * Most losses of a job: one that kills its workers must end, however often workers die. This limit applies when three
 * of four deliveries lose their worker.
 */
const MOST_LOSSES = 48;

export class Blame {
  /** Losses per job since it last succeeded. */
  private readonly losses = new Map<string, number>();
  private excused = 0;
  private succeeded = 0;

  /** True if a delivery of this job lost its worker, and none has succeeded since. */
  isSuspect(job: string): boolean {
    return this.losses.has(job);
  }

  succeed(job: string): void {
    this.excused += this.losses.get(job) ?? 0;
    this.losses.delete(job);
    this.succeeded++;
  }

  /** Records a loss; true if the job itself may be the cause. */
  lose(job: string): boolean {
    const losses = (this.losses.get(job) ?? 0) + 1;
    this.losses.set(job, losses);
    return losses > this.likelyLosses - BLAMED_LOSSES;
  }

  /** True once a job on which many others wait has half of the most losses. */
  isHopeless(job: string): boolean {
    return (this.losses.get(job) ?? 0) >= MOST_LOSSES / 2;
  }

  /** Losses in a row that happen to fewer than one innocent job in a million. */
  private get likelyLosses(): number {
    const rate = this.excused / (this.excused + this.succeeded);
    if (!(rate > 0)) return BLAMED_LOSSES;
    return Math.min(MOST_LOSSES, Math.ceil(log(ONE_IN) / -log(rate)));
  }
}
