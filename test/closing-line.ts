/**
 * Reporter that ends a run with the plain line `N passed, N failed[, N skipped]`; before it, which tests took another
 * try, and which files are slow without the tag.
 */
import { relative } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";

/** A file of the inner loop whose tests take more processor time in all is to be tagged `slow` (vitest.config.ts). */
export const SLOW_MS = 3_000;

/** What the reporter asks of a test. */
interface Ended {
  readonly file: string;
  readonly state: "passed" | "failed" | "skipped" | "pending";
  readonly retries: number;
  readonly cpuMs: number;
  readonly tags: readonly string[];
}

/** The lines that end a run; `brokenFiles`: files without a test or with an error outside of tests. */
export function closingLines(tests: readonly Ended[], brokenFiles: number, limitMs: number | null): string[] {
  const lines: string[] = [];
  const retries = new Map<string, number>();
  for (const test of tests) if (test.retries > 0) retries.set(test.file, (retries.get(test.file) ?? 0) + test.retries);
  const files = [...retries].map(([file, count]) => `${file} (${count})`);
  if (files.length > 0) lines.push(`retries: ${files.join(", ")}`);
  const cpuMs = new Map<string, number>();
  for (const test of tests) if (!test.tags.includes("slow")) cpuMs.set(test.file, (cpuMs.get(test.file) ?? 0) + test.cpuMs);
  for (const [file, ms] of cpuMs)
    if (limitMs !== null && ms > limitMs) lines.push(`slow without the tag: ${file} (${(ms / 1000).toFixed(1)} s)`);
  const count = (state: Ended["state"]): number => tests.filter((test) => test.state === state).length;
  const skipped = count("skipped") + count("pending");
  lines.push(`${count("passed")} passed, ${count("failed") + brokenFiles} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return lines;
}

export default class ClosingLine implements Reporter {
  private isInnerLoop = false;

  onInit(vitest: Vitest): void {
    this.isInnerLoop = vitest.config.tagsFilter?.some((filter) => filter.includes("!slow")) ?? false;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests: Ended[] = [];
    let brokenFiles = 0;
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      const inside = [...module.children.allTests()].map((test) => ({
        ...{ file, state: test.result().state, tags: test.tags },
        ...{ retries: test.diagnostic()?.retryCount ?? 0, cpuMs: test.meta().cpuMs ?? 0 },
      }));
      if (inside.length === 0 || module.errors().length > 0) brokenFiles++;
      tests.push(...inside);
    }
    process.stdout.write(`\n${closingLines(tests, brokenFiles, this.isInnerLoop ? SLOW_MS : null).join("\n")}\n`);
  }
}
