/** What a graph learns from on N-MNIST: recordings, and digits of MNIST made into events. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { shippedPath } from "../../../arch/index.js";
import { parseChainConfig } from "../../../training/convolution/chain-config.js";
import { loadChainData } from "../../../training/convolution/chain-data.js";
import { heldOut } from "../../../training/convolution/train-chain.js";
import { loadMnist } from "../../../training/datasets/mnist.js";
import { recordedDigit } from "../../../training/datasets/saccades.js";

const folder = mkdtempSync(join(tmpdir(), "chain-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { labels } = loadMnist("pictures", null, "train");
/** 0-based: the first of MNIST, and all but one of the last 12. */
const RECORDED = [0, 1, 2, 3, ...Array.from({ length: 11 }, (_, i) => labels.length - 11 + i)];

test("no digit is learnt, recorded or made, whose recording is held out; digits without a recording and learnt ones are made", {
  tags: ["long"],
}, async () => {
  for (const part of ["Train", "Test"])
    for (const digit of part === "Train" ? RECORDED : [0]) {
      const of = join(folder, part, `${labels[digit]}`);
      mkdirSync(of, { recursive: true });
      // one event at (digit mod 30, 5), ON, 1 ms
      writeFileSync(join(of, `${String(digit + 1).padStart(5, "0")}.bin`), Uint8Array.of(digit % 30, 5, 0x80, 0x03, 0xe8));
    }
  let [left, both] = [0, 0];
  for (const seed of [1, 2]) {
    const config = parseChainConfig(
      `{version: 1, seed: ${seed}, graph: {from: net.nir, step_seconds: 0.02, reset: subtract}, data: {set: nmnist, events: {steps: 16}, saccades: 12, validation_fraction: 0.5}}`,
      "n.yaml",
    );
    const { train, recordings } = await loadChainData(config, "n.yaml", folder);
    expect(recordings).toBe(RECORDED.length);
    // recordings come by class, then by number
    const inOrder = [...RECORDED].sort((a, b) => labels[a] - labels[b] || a - b);
    const held = new Set(heldOut(config, recordings).map((at) => inOrder[at]));
    const last = Array.from({ length: 12 }, (_, i) => labels.length - 12 + i);
    const made = last.filter((digit) => !held.has(digit));
    left += last.length - made.length;
    both += made.filter((digit) => RECORDED.includes(digit)).length;
    expect([...train.labels].slice(recordings)).toEqual(made.map((digit) => labels[digit]));
  }
  expect(left).toBeGreaterThan(5);
  expect(both).toBeGreaterThan(5);
});

test("of the whole N-MNIST the shipped recipe makes 3,224 digits, and of the 200 recordings from which the shipped network learnt all 4,000", () => {
  const file = shippedPath("config", "nmnist-cnn")!;
  const config = parseChainConfig(readFileSync(file, "utf8"), file);
  const madeOf = (recorded: readonly number[]): number => {
    const inOrder = [...recorded]
      .sort((a, b) => labels[a] - labels[b] || a - b)
      .map((digit) => `${String(digit + 1).padStart(5, "0")}.bin`);
    const held = new Set(heldOut(config, inOrder.length).map((at) => recordedDigit(inOrder[at])));
    return Array.from({ length: config.data.saccades }, (_, i) => labels.length - 1 - i).filter((digit) => !held.has(digit)).length;
  };
  const all = Array.from(labels, (_, digit) => digit);
  expect(madeOf(all)).toBe(3224);
  // the last of them is recording 274
  expect(madeOf(all.slice(0, 274))).toBe(4000);
});
