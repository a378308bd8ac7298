/** Adds rules that a Lava file does not contain to its nodes. */
import { inputError } from "../../../base/errors.js";
import { type NirFile, type NirGraph, type NirNode, nirArray } from "../nir/graph.js";

export const REMAINDERS = ["lost", "kept"] as const;

export interface LavaRules {
  /**
   * States of Loihi neurons restart at 0 after this many steps, each layer one step after the layer before it; 0:
   * never.
   */
  readonly restartSteps: number;
  /** What happens to the fraction bits that a sigma-delta spike leaves out. */
  readonly remainder: (typeof REMAINDERS)[number];
}

/**
 * Types that only Lava files have: all neurons of a network work on the same step, and a spike arrives one step after
 * it was sent.
 */
export const LAVA_NEURONS: ReadonlySet<string> = new Set(["Loihi", "Delta", "SigmaDelta", "Sigma"]);

/**
 * The network with these rules. Throws: InputError for a rule that applies to none of its neurons; `name`: of the file.
 */
export function withLavaRules({ version, graph }: NirFile, { restartSteps, remainder }: LavaRules, name: string): NirFile {
  const has = (field: string): boolean => [...graph.nodes.values()].some(({ fields }) => fields.has(field));
  if (restartSteps > 0 && !has("restart_steps"))
    throw inputError(name, "has sigma-delta neurons, whose states never restart", "leave restart_steps out", "network.lava.restart_steps");
  if (remainder === "kept" && !has("keeps_remainder"))
    throw inputError(name, "has no neurons that send changes of a value", "leave remainder out", "network.lava.remainder");
  const whole = (value: number) => nirArray([value], [], "i8");
  const nodes = [...graph.nodes].map(([at, node]): [string, NirNode] => {
    const fields = new Map(node.fields);
    if (fields.has("restart_steps")) fields.set("restart_steps", whole(restartSteps));
    if (fields.has("keeps_remainder")) fields.set("keeps_remainder", whole(Number(remainder === "kept")));
    return [at, { ...node, fields }];
  });
  const again: NirGraph = { ...graph, nodes: new Map(nodes) };
  return { version, graph: again };
}

/** How values x of an input layer with neurons enter, e.g. `40 x - 36`; null: as they are. */
export function payloadText({ fields }: NirNode): string | null {
  const [scale, offset] = ["scale", "offset"].map((name) => fields.get(name));
  if (scale === undefined || offset === undefined || typeof scale === "string" || typeof offset === "string") return null;
  const [factor, added] = [scale.data[0], offset.data[0]];
  return added === 0 ? `${factor} x` : `${factor} x ${added < 0 ? "-" : "+"} ${Math.abs(added)}`;
}
