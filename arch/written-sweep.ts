/** A search as a description writes it: the way back from `sweep-section.ts`, for who wants to run it again. Pure. */
import type { Json } from "../base/hash.js";
import type { SweepParameter, SweepSpec } from "./experiment.js";

type Domain = SweepParameter["domain"];

/** The keys of a parameter's domain. */
function keysOf(domain: Domain): { readonly [key: string]: Json } {
  switch (domain.kind) {
    case "list":
      return { values: domain.values };
    case "range":
      return { range: [domain.low, domain.high], ...(domain.step === null ? {} : { step: domain.step }) };
    case "log":
      return { log: [domain.low, domain.high] };
    case "power-of-two":
      return { log2: [domain.low, domain.high] };
    case "derived":
      return { derived: domain.expression };
  }
}

/** The `sweep:` section of a search with this budget, with every parameter by its path. */
export function writtenSweep({ parameters, objectives, constraints, sampler, referencePoint }: SweepSpec, budget: number): Json {
  const { name, seed, options } = sampler;
  return {
    parameters: parameters.map((parameter) => ({
      path: parameter.path,
      name: parameter.name,
      ...keysOf(parameter.domain),
      ...(parameter.when === null ? {} : { when: parameter.when }),
    })),
    objectives: Object.fromEntries(objectives.map(({ metric, direction }) => [metric, direction])),
    constraints,
    sampler: { name, budget, seed, ...options },
    reference_point:
      referencePoint === null ? null : Object.fromEntries(objectives.map(({ metric }, k) => [metric, referencePoint[k] as number])),
  };
}

/** The values of a parameter in words: `8, 6, 4`; `2 to 32, powers of two`. */
export function searchedValues({ domain, when }: SweepParameter): string {
  const words = (): string => {
    switch (domain.kind) {
      case "list":
        return domain.values.join(", ");
      case "range":
        return `${domain.low} to ${domain.high}${domain.step === null ? "" : ` in steps of ${domain.step}`}`;
      case "log":
        return `${domain.low} to ${domain.high}, evenly by ratio`;
      case "power-of-two":
        return `${domain.low} to ${domain.high}, powers of two`;
      case "derived":
        return `= ${domain.expression}`;
    }
  };
  return when === null ? words() : `${words()}; only if ${when}`;
}
