/**
 * Chips whose time feeds back into function, as data: tinyODIN, ODIN, RANC, SNN-DSE's layer controller and pipeline.
 *
 * One YAML file names its `model` (the core that gives the rules) and every number that the model leaves open.
 * Throws InputError with file, line and column, all problems at once.
 */
import * as z from "zod";
import { InputError, inputError, type Problem } from "../base/errors.js";
import { once } from "../base/once.js";
import { parseYaml } from "../base/yaml.js";
import { didYouMean } from "./suggest.js";

const MODELS = ["tinyodin", "odin", "ranc", "snn-dse", "snn-dse-pipeline"] as const;
export type CoupledModelName = (typeof MODELS)[number];
export const COUPLED_MODELS: readonly CoupledModelName[] = MODELS;

/** What a chip's file holds. Made for the first coupled chip: a description of an ordinary one waits for none of it. */
const schemas = once(() => {
  const count = (low: number, high: number): z.ZodNumber => z.number().int().min(low).max(high);

  const queue = z.strictObject({
    depth: count(1, 65536).describe("words the queue holds"),
    visibility_cycles: count(1, 16).describe("cycles after a push in which the word becomes readable"),
    full_judged: z.enum(["before-pop", "after-pop"]).describe("whether a pop of the same cycle makes room for a push"),
  });
  const inputLink = z.strictObject({
    synchroniser_flops: count(1, 8).describe("flip-flops between REQ and the controller"),
    request_gap_cycles: count(0, 1_000_000).describe("pause of the sender between transfers"),
    request_fall_delay_cycles: count(0, 1_000_000).describe("delay of the sender from ACK up to REQ down"),
  });
  const outputLink = z.strictObject({
    synchroniser_flops: count(1, 8).describe("flip-flops between ACK and the output port"),
    ack_up_delay_cycles: count(0, 1_000_000).describe("delay of the receiver from REQ up to ACK up"),
    ack_down_delay_cycles: count(0, 1_000_000).describe("delay of the receiver from REQ down to ACK down"),
  });
  const head = { version: z.literal(1), name: z.string().min(1), source: z.string().min(1) };
  const eventDriven = {
    neurons: count(1, 256).describe("neurons that a sweep visits"),
    synapses_per_word: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).describe("weights read at once"),
    loop: z.enum(["open", "closed"]).describe("closed: spikes of neurons are pushed into the event queue"),
    output_on: z.enum(["spike", "event"]).describe("output request when a neuron fires, or when a spike event was processed"),
    event_queue: queue,
    input_link: inputLink,
    output_link: outputLink,
  };

  /** Measured prices of the whole chip; null where there is no silicon. */
  const odinPower = z.strictObject({
    clock_mhz: z.number().positive().describe("the one clock of the chip"),
    synaptic_operation_pj: z.number().min(0).describe("marginal, everything that a synaptic operation moves"),
    leakage_uw: z.number().min(0).describe("of the whole chip, at its voltage"),
    idle_uw_per_mhz: z.number().min(0).describe("clock without work"),
  });
  const tickPower = z.strictObject({
    tick_hz: z.number().positive().describe("global ticks a second; a tick's time does not depend on the clock"),
    cores: count(1, 1_000_000).describe("cores of the chip; the grid is a sample of them"),
    static_mw: z.number().min(0).describe("of the whole chip without activity; a grid pays the share of its cores"),
    synaptic_operation_pj: z.number().min(0).describe("marginal, everything that a synaptic operation moves"),
  });

  const tinyOdin = z.strictObject({
    ...head,
    model: z.literal("tinyodin"),
    ...eventDriven,
    membrane_bits: count(4, 24).describe("signed, saturating; thresholds are unsigned of the same width"),
  });
  const odin = z.strictObject({
    ...head,
    model: z.literal("odin"),
    ...eventDriven,
    membrane_bits: count(2, 16).describe("unsigned, saturating"),
    update_unmapped: z.boolean().describe("plasticity also of synapses without mapping bit"),
    propagate_unmapped: z.boolean().describe("synapses without mapping bit also carry spikes"),
    plasticity_on_synapse_event: z.boolean().describe("single-synapse events run the learning rule"),
    power: odinPower.nullable().default(null),
  });
  const ranc = z.strictObject({
    ...head,
    model: z.literal("ranc"),
    grid: z.strictObject({ width: count(1, 256).describe("positions in x"), height: count(1, 256).describe("positions in y") }),
    output_core: z.strictObject({
      x: count(0, 255).describe("position of the output bus in x; it has no core"),
      y: count(0, 255).describe("position of the output bus in y"),
    }),
    neurons: count(1, 4096).describe("neurons a core"),
    axons: count(1, 4096).describe("axons a core"),
    delay_slots: count(2, 16).describe("slots of the scheduler; delays 0 .. slots - 1"),
    potential_bits: count(2, 30).describe("two's complement, wraps"),
    router_buffer_depth: count(1, 65536).describe("packets a router buffer holds; a full one stops its merge, full outgoing ones the core"),
    input_queue_depth: count(1, 65536).describe("packets the input queue holds; others are refused"),
    merge_arbiter: z.enum(["ordered", "round-robin"]).describe("who goes first where ways join"),
    power: tickPower.nullable().default(null),
  });
  const snnDse = z.strictObject({
    ...head,
    model: z.literal("snn-dse"),
    layer_neurons: count(1, 1_000_000).describe("neurons of the layer"),
    lanes: count(1, 65536).describe("neurons computed side by side; the layer takes floor(neurons / lanes) + 1 groups"),
    chunk_bits: count(1, 65536).describe("bits the priority encoder sees at once"),
    spike_read_cycles: count(1, 64).describe("cycles to fetch a step's spikes; one read a cycle"),
    start_delay_cycles: count(1, 64).describe("from the last compressed step to the first neuron group"),
  });

  const snnDsePipeline = z.strictObject({
    ...head,
    model: z.literal("snn-dse-pipeline"),
    layers: z
      .array(
        z.strictObject({
          neurons: count(1, 1_000_000).describe("neurons of the layer"),
          neurons_per_unit: count(1, 65536).describe("neurons that share one memory and accumulator: the logical-to-hardware ratio"),
          hand_over_cycles: count(1, 16).describe("from a free output buffer to its being filled"),
        }),
      )
      .min(2)
      .max(64),
    cycles_per_weight: count(1, 64).describe("memory cycles for one neuron of a unit and one spike"),
    cycles_per_spike: count(1, 64).describe("address generation and hand-shake of one spike"),
  });

  return {
    byModel: { tinyodin: tinyOdin, odin, ranc, "snn-dse": snnDse, "snn-dse-pipeline": snnDsePipeline },
    any: z.discriminatedUnion("model", [tinyOdin, odin, ranc, snnDse, snnDsePipeline]),
  };
});
type Schemas = ReturnType<typeof schemas>;

/** By model. */
export const coupledSchemas = (): Schemas["byModel"] => schemas().byModel;
/** A parsed coupled chip; field names are those of its YAML. */
export type CoupledChip = z.infer<Schemas["any"]>;
export type TinyOdinChip = z.infer<Schemas["byModel"]["tinyodin"]>;
export type OdinChip = z.infer<Schemas["byModel"]["odin"]>;
export type RancChip = z.infer<Schemas["byModel"]["ranc"]>;
export type SnnDseChip = z.infer<Schemas["byModel"]["snn-dse"]>;
export type SnnDsePipelineChip = z.infer<Schemas["byModel"]["snn-dse-pipeline"]>;

/** What is wrong with the place of a grid's output; null: nothing. */
export function misplacedOutput(chip: CoupledChip): string | null {
  if (chip.model !== "ranc") return null;
  const { output_core: at, grid } = chip;
  if (at.x < grid.width && at.y < grid.height) return null;
  return `(${at.x}, ${at.y}) is outside the grid of ${grid.width} x ${grid.height}`;
}

/** Checks a plain document; `placeOf` gives the line and column of a path where they are known. */
export function checkCoupledChip(
  document: unknown,
  file: string,
  placeOf: (path: readonly PropertyKey[]) => { line: number; column: number } | null = () => null,
): CoupledChip {
  const parsed = schemas().any.safeParse(document);
  if (parsed.success) {
    const misplaced = misplacedOutput(parsed.data);
    if (misplaced === null) return parsed.data;
    throw new InputError([
      { file, ...(placeOf(["output_core"]) ?? { line: null, column: null }), path: "output_core", message: misplaced, fix: "" },
    ]);
  }
  throw new InputError(
    parsed.error.issues.map((issue): Problem => {
      const place = placeOf(issue.path);
      return {
        file,
        line: place?.line ?? null,
        column: place?.column ?? null,
        path: issue.path.join("."),
        message: issue.message,
        fix: "",
      };
    }),
  );
}

/** Parses a chip's YAML text; `file` is what errors call it. */
export function parseCoupledChip(text: string, file: string): CoupledChip {
  const { document, errors, placeOf } = parseYaml(text, file, { logLevel: "error" });
  if (errors.length > 0) throw new InputError(errors);
  let plain: unknown;
  try {
    plain = document.toJS();
  } catch (error) {
    // Aliases without an anchor, or too many of them.
    throw inputError(file, error instanceof Error ? error.message : String(error));
  }
  return checkCoupledChip(plain, file, (path) => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range))
        return placeOf(node.range[0] as number);
    }
    return null;
  });
}

/** The chip with values at dotted paths (`event_queue.depth`), checked again. Throws InputError on an unknown path or a value that does not fit. */
export function patchCoupledChip(chip: CoupledChip, values: { readonly [path: string]: string | number | boolean }): CoupledChip {
  const copy = structuredClone<object>(chip) as { [key: string]: unknown };
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split(".");
    let at: { [key: string]: unknown } = copy;
    keys.forEach((key, depth) => {
      const isLast = depth === keys.length - 1;
      const next = at[key];
      const isBranch = typeof next === "object" && next !== null;
      if (!Object.hasOwn(at, key) || isLast === isBranch || path === "model") {
        const known = pathsOf(chip);
        throw new InputError([
          {
            file: chip.name,
            line: null,
            column: null,
            path,
            message: `is no parameter of ${chip.model}`,
            fix: didYouMean(path, known) || `parameters: ${known.join(", ")}`,
          },
        ]);
      }
      if (isLast) at[key] = value;
      else at = next as { [key: string]: unknown };
    });
  }
  return checkCoupledChip(copy, chip.name);
}

/** Dotted paths of a chip's parameters. */
function pathsOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return ["version", "name", "model", "source"].includes(path) ? [] : [path];
  return Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, path === "" ? key : `${path}.${key}`));
}

/** A chip with the registers of a case: the same bounds hold. Throws InputError. */
export function checkedCase<Chip extends CoupledChip>(chip: Chip): Chip {
  checkCoupledChip(chip, "case.json");
  return chip;
}
