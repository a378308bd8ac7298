/** What a random test drew: counted by feature, printed in one line, and demanded. */
import { deepStrictEqual } from "node:assert";

export class Counted {
  private readonly counts = new Map<string, number>();

  constructor(private readonly title: string) {}

  see(...features: readonly string[]): void {
    for (const feature of features) this.counts.set(feature, this.of(feature) + 1);
  }

  of(feature: string): number {
    return this.counts.get(feature) ?? 0;
  }

  /** All counts in one line, those of `first` first. */
  text(first: Iterable<string> = []): string {
    const all = new Set([...first, ...[...this.counts.keys()].sort()]);
    return `${this.title}: ${[...all].map((feature) => `${feature} ${this.of(feature)}`).join(", ")}`;
  }

  /** Prints all counts, the demanded ones first, then fails with those that were met fewer than `least` times. */
  expectEach(features: Iterable<string>, least = 1): void {
    const wanted = new Set(features);
    process.stdout.write(`${this.text(wanted)}\n`);
    const rare = [...wanted].filter((feature) => this.of(feature) < least).map((feature) => `${feature} ${this.of(feature)}`);
    deepStrictEqual(rare, [], `${this.title}: met fewer than ${least} times: ${rare.join(", ")}`);
  }
}
