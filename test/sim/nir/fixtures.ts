/** The published NIR fixtures beside the project, if they exist; and readers of their CSV files. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../base/package-root.js";
import type { NirOptions } from "../../../sim/nir/options.js";

const folder = join(packageRoot(), "../shared/data/nir");
export const present = existsSync(join(folder, "lif_norse.nir"));
if (!present) console.log(`skipped: no NIR fixtures in ${folder}`);

export const fixture = (name: string): string => join(folder, name);

/** Rows of a CSV of numbers. */
export function csv(name: string): number[][] {
  return readFileSync(fixture(name), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(",").map(Number));
}

export const EULER: NirOptions = { dtSeconds: 1e-4, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 };
