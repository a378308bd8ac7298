/** What a random test drew: counted by feature, printed in one line, and demanded. */
import { expect } from "vitest";

export class Counted {
  private readonly counts = new Map<string, number>();

  constructor(private readonly title: string) {}

  see(...features: readonly string[]): void {
    for (const feature of features) this.counts.set(feature, this.of(feature) + 1);
  }

  of(feature: string): number {
    return this.counts.get(feature) ?? 0;
  }

  /** Prints all counts, the demanded ones first, then fails with those that were met fewer than `least` times. */
  expectEach(features: Iterable<string>, least = 1): void {
    const wanted = new Set(features);
    const all = new Set([...wanted, ...[...this.counts.keys()].sort()]);
    process.stdout.write(`${this.title}: ${[...all].map((feature) => `${feature} ${this.of(feature)}`).join(", ")}\n`);
    const rare = [...wanted].filter((feature) => this.of(feature) < least).map((feature) => `${feature} ${this.of(feature)}`);
    expect(rare, `${this.title}: met fewer than ${least} times`).toEqual([]);
  }
}
