/** What a study's points have in common is made once. */
import { expect, test } from "vitest";
import { type Experiment, parseArch, patchDocument } from "../../../arch/index.js";
import { StudyInputs } from "../../../sweeps/engine/study-inputs.js";
import { MadeModels, type ModelSource, threadsOf } from "../../../sweeps/models/model-source.js";
import { requestedConfigs } from "../../../training/requested-configs.js";
import { untrainedNetwork } from "../../../training/untrained.js";
import { baseDocument, fit } from "../models/ramps.js";

const never = (): never => {
  throw new Error("no point asks for it");
};

test("chips of one network share its shape: an untrained network is drawn for each width, not for each point", async () => {
  let drawn = 0;
  const source: ModelSource = {
    needsOf: never,
    untrained: ({ network: { training }, precision }: Experiment) => {
      drawn++;
      if (training === null) throw new Error("it makes no network");
      return untrainedNetwork(requestedConfigs(baseDocument(), "arch.yaml", training, precision).float, fit);
    },
    store: {
      read: never,
      isOther: never,
      write: never,
      diverged: never,
      keepDiverged: never,
      learning: never,
      checkpoint: never,
      drop: never,
    },
    tell: never,
  };
  const inputs = new StudyInputs({ loadModel: never, loadSamples: async () => fit }, new MadeModels(source, threadsOf(1)));
  const parsed = parseArch(
    "version: 1\nextends: edge-core\ntraining: { base: fsdd-phones-rec-v2, width: 8 }\nworkload: { dataset: fsdd-phones, split: validation }\n",
    "arch.yaml",
  );
  const shapes = [];
  for (const width of [8, 16])
    for (const lanes of [1, 2, 4])
      shapes.push(await inputs.topology(patchDocument(parsed, { "training.width": width, "tile.core.lanes": lanes })));
  expect(drawn).toBe(2);
  expect(new Set(shapes).size).toBe(2);
  expect(shapes.map(({ populations }) => populations[1].neurons)).toEqual([8, 8, 8, 16, 16, 16]);
});
