/**
 * A plug-in's cell of several gates and with recurrent weights: with the rule of `rec-v1` or `rec-v2` it is that cell.
 */
// @module-tag slow

import { join } from "node:path";
import { expect, test } from "vitest";
import { loadPlugins } from "../../../app/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { createEngine } from "../../../sim/functional/engine.js";
import { toStateUnits } from "../../../sim/functional/input-encoder.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { createReference } from "../../oracles/spiking-reference.js";
import { randomFeatures, randomNetwork, USUAL } from "../../sim/functional/random-network.js";

const PRECISIONS = [USUAL, { ...USUAL, accumulatorBits: 12, stateBits: 9, stateFractionBits: 4, lutBits: 4 }];

test.each(["rec-v1", "rec-v2"] as const)(
  "two gates with the rule of %s are that cell on 12 random networks, in both engines",
  async (system) => {
    await loadPlugins([join(packageRoot(), "test/app/plugins/examples/cells.mjs")]);
    let [spikes, overflows, saturations] = [0, 0, 0];
    for (let i = 0; i < 12; i++) {
      const draw = createRng(i, "several gates");
      // numbers of neurons that vectors of four do not divide
      const shape = { inputs: draw.int(1, 9), neurons: [draw.int(1, 14), draw.int(1, 14)], classes: 3, bits: draw.int(2, 6), theta: 0 };
      const network = randomNetwork(`gates ${i}`, { system, ...shape, fill: 0.8, gain: i % 3 === 0 ? 20 : 1.5 });
      const [own, built] = [`own-${system}`, system].map((name) => quantise({ ...network, system: name }, PRECISIONS[i % 2]));
      const features = randomFeatures(`gates ${i}`, shape.inputs * 17, 3);
      const inputs = new Int32Array(features.length);
      toStateUnits(built, features, inputs);
      const run = createEngine(built).run(inputs);
      expect(createEngine(own).run(inputs), `network ${i}`).toEqual(run);
      expect(createReference(own).run(inputs), `network ${i}`).toEqual(run);
      spikes += run.neuron.length;
      overflows += run.accumulatorOverflows;
      saturations += run.stateSaturations;
    }
    expect(Math.min(spikes, overflows, saturations)).toBeGreaterThan(20);
  },
);
