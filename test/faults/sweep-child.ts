/**
 * A sweep in a process of its own, to be killed: `node sweep-child.js DATABASE SAMPLER WORKERS BUDGET`. Prints a line
 * per point.
 */
import { FakeEngine, fakeStudy, formula, specOf } from "../sweeps/fake-study.js";

const [file, sampler, workers, budget] = process.argv.slice(2);
const spec = specOf({}, { name: sampler, budget: Number(budget), options: sampler === "nsga2" ? { population: 16 } : {} });
const study = fakeStudy(spec, file, new FakeEngine(formula, 4), { workers: Number(workers) }, (event) => {
  if (event.type === "point-done") console.log(event.id);
});
await study.run();
