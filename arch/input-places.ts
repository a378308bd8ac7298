/** Reads which data a description gives to the single inputs of a network. */
import { camel } from "./camel.js";
import { defaultSlicing, type EventSlicing } from "./event-steps.js";
import { INPUT_DATASETS, isEventDataset } from "./events-schema.js";
import type { InputPlace } from "./experiment.js";
import type { RootDocument } from "./schema.js";

type WorkloadDocument = RootDocument["workload"];
type Check = (ok: boolean, path: readonly string[], message: string, fix: string) => void;

export const slicingOf = (events: WorkloadDocument["events"]): EventSlicing => (events === undefined ? defaultSlicing() : camel(events));

export function inputPlaces({ dataset: usual, events, inputs = {} }: WorkloadDocument): readonly InputPlace[] {
  return Object.entries(inputs).map(([input, { path, dataset = usual, events: own = events }]) => ({
    input,
    path,
    events: isEventDataset(dataset) ? slicingOf(own) : null,
  }));
}

export function checkInputPlaces({ dataset, path, inputs, split }: WorkloadDocument, check: Check): void {
  if (inputs === undefined) return;
  const known: readonly string[] = INPUT_DATASETS;
  check(
    known.includes(dataset),
    ["workload", "inputs"],
    `is given, but the data set ${dataset} has the values of all inputs`,
    `set dataset to one of ${known.join(", ")}, or leave it out`,
  );
  check(
    split !== "validation",
    ["workload", "split"],
    "is validation, but the data of single inputs have no training half",
    "set it to test",
  );
  check(path === null, ["workload", "path"], "is given, but so are the paths of single inputs", "leave one of them out");
  for (const [name, own] of Object.entries(inputs)) {
    const fits = own.events === undefined || isEventDataset(own.dataset ?? dataset);
    check(fits, ["workload", "inputs", name, "events"], "is given, but its values come from a spike file", "set its dataset to events");
  }
}
