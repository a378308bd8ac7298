/** Peak memory of a sweep, and what `check` predicts for it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MIB } from "../../base/bytes.js";
import { packageRoot } from "../../base/package-root.js";
import { metered } from "../bench/harness/meter.js";
import { smallSweep } from "./small-sweep.js";

/**
 * Peak of a sweep as `check` on a machine of so many cores predicts it, and as it is, MiB. The sweep leaves a database.
 */
export function sweepMemory(folder: string, description: string, workers: number) {
  const { estimate } = JSON.parse(metered(["check", description, "--json"], { cwd: folder, cores: workers }).output) as {
    readonly estimate: { readonly memoryBytes: number; readonly workers: number };
  };
  if (estimate.workers !== workers) throw new Error(`check of ${description} counts on ${estimate.workers} workers, expected ${workers}`);
  const { peakMib } = metered(["sweep", description, "--workers", String(workers), "--no-tui"], { cwd: folder });
  return { predictedMib: estimate.memoryBytes / MIB, peakMib };
}

/** The small sweep with many utterances timed and five precisions: traces and replays count. */
export const heavySweep = (budget: number): string =>
  smallSweep(budget)
    .replace("samples: 20, timing_samples: 1", "samples: 200, timing_samples: 100")
    .replace("weight_bits: 8", "weight_bits: { sweep: [8, 7, 6, 5, 4] }");

/** The shipped example with fewer points. */
export const shortEdge = (points: number): string =>
  readFileSync(join(packageRoot(), "arch/examples/edge.yaml"), "utf8").replace("budget: 300", `budget: ${points}`);

/** The shipped example with a tenth of its digits, one of them timed: many points in short time. */
export const quickEdge = (points: number): string =>
  shortEdge(points).replace("samples: 1000 ", "samples: 100 ").replace("timing_samples: 8 ", "timing_samples: 1 ");

/** The small sweep on a mesh of 1,024 cores, of which it uses few. */
export const wideSweep = (budget: number): string =>
  smallSweep(budget).replace("tile:\n", "noc: { width: 32, height: 32 }\ntile:\n").replace("strategy: balanced", "strategy: sequential");
