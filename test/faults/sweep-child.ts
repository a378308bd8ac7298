/** A sweep in a process of its own, to be killed: `node sweep-child.js DATABASE SAMPLER WORKERS`. Prints a line a point. */
import { FakeEngine, fakeStudy, formula, specOf } from "../sweeps/fake-study.js";

const [file, sampler, workers] = process.argv.slice(2);
const spec = specOf({}, { name: sampler, budget: 120, options: sampler === "nsga2" ? { population: 16 } : {} });
const study = fakeStudy(spec, file, new FakeEngine(formula, 4), { workers: Number(workers) }, (event) => {
  if (event.type === "point-done") console.log(event.id);
});
await study.run();
