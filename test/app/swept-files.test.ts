/**
 * Data and recorded cases that a search names and that are not there: `check` names them before the search ends at one.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, open, simulate } from "../../app/index.js";

const folder = mkdtempSync(join(tmpdir(), "swept-files-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of 10 images of MNIST's format, as training and test set. */
function digits(name: string): void {
  mkdirSync(at(name));
  const whole = (...numbers: readonly number[]): Buffer =>
    Buffer.concat(numbers.map((n) => Buffer.from(Uint32Array.of(n).buffer).swap32()));
  for (const part of ["train", "t10k"]) {
    const pixels = Uint8Array.from({ length: 10 * 784 }, (_, i) => i % 251);
    writeFileSync(at(`${name}/${part}-images-idx3-ubyte`), Buffer.concat([whole(2051, 10, 28, 28), pixels]));
    writeFileSync(at(`${name}/${part}-labels-idx1-ubyte`), Buffer.concat([whole(2049, 10), Uint8Array.from({ length: 10 }, (_, i) => i)]));
  }
}

const told = async (file: string): Promise<readonly string[]> =>
  (await check(open(at(file)))).warnings.filter((text) => text.startsWith("workload."));

test("a folder of a data set that is not there is named, one beside the description is not, and a run says the same", async () => {
  digits("digits");
  const workload = "{ dataset: mnist-rows, samples: 2, timing_samples: 1, path: { sweep: [digits, none] } }";
  const sweep = "{ objectives: { latency_us: min }, sampler: { name: grid } }";
  const network = "{ model: mnist-rows-lif.safetensors }";
  writeFileSync(at("a.yaml"), `version: 1\nextends: mesh-2x2\nnetwork: ${network}\nworkload: ${workload}\nsweep: ${sweep}\n`);
  expect(await told("a.yaml")).toEqual(["workload.path ends the search where it is 'none': no such file or folder"]);
  await expect(simulate(open(at("a.yaml")), { values: { "workload.path": "none" } })).rejects.toThrow(/none.*no such file/);
  await simulate(open(at("a.yaml")), { values: { "workload.path": "digits" } });
});

test("so is a recorded case that is not there", async () => {
  cpSync("arch/examples/tinyodin-rec64", at("rec"), { recursive: true });
  const text = readFileSync("arch/examples/tinyodin-fifo.yaml", "utf8");
  writeFileSync(at("b.yaml"), text.replace(/case: tinyodin-rec64/, "case: { sweep: [rec, none] }"));
  expect(await told("b.yaml")).toEqual(["workload.case ends the search where it is 'none': no such file or folder"]);
  await expect(simulate(open(at("b.yaml")), { values: { "workload.case": "none" } })).rejects.toThrow(/no case folder none/);
});
