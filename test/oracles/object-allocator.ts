/** Separable allocation as its definition says it: requests, offers, pairs; pointers one behind the last winner. */
import type { NocSpec } from "../../sim/noc/noc.js";

/** Matches requests (input, output) by the rules of the allocator; pointers in place. */
export function allocate(
  kind: NocSpec["allocator"],
  requests: readonly (readonly [number, number])[],
  inputs: number,
  outputs: number,
  grant: number[],
  accept: number[],
) {
  const pick = (candidates: readonly number[], pointer: number, size: number): number => {
    for (let k = 0; k < size; k++) if (candidates.includes((pointer + k) % size)) return (pointer + k) % size;
    throw new Error("nothing to pick");
  };
  const pairs: [number, number][] = [];
  const offers: [number, number][] = [];
  if (kind === "islip") {
    for (const output of new Set(requests.map((r) => r[1]))) {
      const asking = requests.filter((r) => r[1] === output).map((r) => r[0]);
      offers.push([pick(asking, grant[output], inputs), output]);
    }
    for (const input of new Set(offers.map((o) => o[0]))) {
      const offered = offers.filter((o) => o[0] === input).map((o) => o[1]);
      pairs.push([input, pick(offered, accept[input], outputs)]);
    }
  } else {
    for (const input of new Set(requests.map((r) => r[0]))) {
      const wanted = requests.filter((r) => r[0] === input).map((r) => r[1]);
      offers.push([input, pick(wanted, accept[input], outputs)]);
    }
    for (const output of new Set(offers.map((o) => o[1]))) {
      const offering = offers.filter((o) => o[1] === output).map((o) => o[0]);
      pairs.push([pick(offering, grant[output], inputs), output]);
    }
  }
  for (const [input, output] of pairs) {
    grant[output] = (input + 1) % inputs;
    accept[input] = (output + 1) % outputs;
  }
  return pairs;
}
