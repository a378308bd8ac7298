/**
 * Computes a stored point again and compares it bit for bit. Throws: `InputError` if there is no such finished point.
 */
import { inputError } from "../../base/errors.js";
import type { MetricName, Result } from "../../sim/index.js";
import type { Engine } from "../engine/engine.js";
import { ofPoint } from "../engine/host-fault.js";
import type { InputSource } from "../input-guard.js";
import { type Change, changedInputs, demandOwn, type Input } from "../inputs.js";
import { pointKey, trialKey } from "../point.js";
import { byPathAt, type PointSource } from "../points.js";
import { Space } from "../space.js";
import type { Store } from "../store/sqlite.js";
import { type Difference, differences } from "./differences.js";

export interface Reproduction {
  readonly id: number;
  /** False: model, data, description or program differ from those of the stored point. */
  readonly sameInputs: boolean;
  /** Inputs that have changed, by name. */
  readonly changes: readonly Change[];
  /** Left: stored. Right: computed now. Empty: the result is reproduced. */
  readonly differences: readonly Difference[];
}

/**
 * `source` reads its description from the point's edition.
 *
 * @param isSameNetwork whether the network that was trained now is the one of the stored recipe, although its own
 * recipe is another
 */
export async function reproduce(
  store: Store,
  id: number,
  source: PointSource & InputSource & { readonly inputs: readonly Input[] },
  engine: Engine,
  isSameNetwork: (storedRecipe: string, recipe: string) => boolean = () => false,
): Promise<Reproduction> {
  const point = store.soundPoint(id);
  const stored = store.result(id);
  const study = store.study();
  if (point === null || stored === null || study === null)
    throw inputError(store.file, `has no finished point ${id}`, "snn-dse pareto FILE lists the front");
  const { inputs: before } = store.edition(point.edition);
  demandOwn(before, store.file, "it cannot be run again");
  const space = new Space(study.sweep.parameters);
  const byPath = byPathAt(source.document, space.byPath(point.values), point.fidelity);
  const experiment = source.experimentOf(byPath);
  const inputs = await engine.identify(experiment);
  const sameInputs = trialKey(pointKey(experiment, inputs, source.build), point.fidelity) === point.key;
  const inputsNow = [...source.inputs, ...source.inputsOf(experiment, inputs)];
  const changes = changedInputs(before, inputsNow);
  const found = { id, sameInputs, changes };
  const outcome = ofPoint(id, await engine.evaluate({ key: point.key, fidelity: point.fidelity, byPath, experiment, inputs }));
  if (outcome.kind !== "done") {
    const reason = "reason" in outcome ? outcome.reason : outcome.kind;
    return { ...found, differences: [{ path: "state", left: "done", right: `${outcome.kind}: ${reason}` }] };
  }
  const computed = JSON.parse(JSON.stringify(outcome.result)) as Result;
  // a trained network is named by its recipe, which holds the program: the same network of another build has another
  // name
  const { modelHash } = stored.provenance;
  const isSame = isSameNetwork(modelHash, computed.provenance.modelHash);
  const now = isSame ? { ...computed, provenance: { ...computed.provenance, modelHash } } : computed;
  // fronts and tables read the metrics from columns of their own
  const columns = differences(stored.metrics, point.metrics).map(({ path }) => path as MetricName);
  const off = columns.flatMap((name) => differences(point.metrics?.[name], now.metrics[name], `column ${name}`));
  return { ...found, differences: [...differences(stored, now), ...off] };
}
