/** Folders of data are relative to the file that names them, whatever the working folder is. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { train } from "../../app/train.js";
import { tonesFolder } from "../sweeps/models/tones.js";

const folder = tonesFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const base = readFileSync(join(folder, "tones-base.yaml"), "utf8").replace("epochs: 3", "epochs: 1");
const config = (path: string): string => base.replace("set: fsdd-digits,", `set: fsdd-digits, path: ${path},`);

test("a training configuration and a description name the folder beside them; one that is nowhere is named as it was written", async () => {
  const [model] = await train([file("beside.yaml", config("tones"))], { outDir: folder, backend: "cpu" });
  const described = (path: string): string =>
    file(
      "chip.yaml",
      `version: 1\nextends: edge-core\nnetwork: { model: ${model} }\nworkload: { dataset: fsdd-digits, path: ${path}, samples: 4, timing_samples: 1 }\n`,
    );
  const { result } = await simulate(open(described("tones")));
  expect(result.operations.utterances).toBe(4);
  await expect(simulate(open(described("no-tones")))).rejects.toThrow(/chip\.yaml: workload\.path: no-tones: no such file or folder/);
  await expect(train([file("nowhere.yaml", config("no-tones"))], { outDir: folder, backend: "cpu" })).rejects.toThrow(
    /no-tones: no such file or folder/,
  );
});
