/**
 * Turns a complete document into a frozen experiment: checks every fragment by the schema, lays out tiles and cores,
 * checks keys against each other, converts keys to camel case.
 *
 * It finds all problems before it throws. The document holds every key, defaults and selectors included.
 */

import { InputError, type Problem } from "../base/errors.js";
import { camel } from "./camel.js";
import type { Core } from "./chip.js";
import { chipOf, coreOf, type OwnMemories, treeOf } from "./chip-values.js";
import { EVENT_DATASETS, isEventDataset } from "./events-schema.js";
import type { Experiment } from "./experiment.js";
import { isLavaFile, isNirFile } from "./formats/file-kinds.js";
import { graphPrecisionProblems } from "./graph-precision.js";
import { checkInputPlaces, inputPlaces, slicingOf } from "./input-places.js";
import { checked, problemsOf, scalarPaths, sound } from "./issues.js";
import { emptyMap, entryOf, type Located, type LocatedMap, mergeLocated, nodeAt, placeOf, problemAt, toJson } from "./located.js";
import { checkMacroTables } from "./macros/described-macros.js";
import type { OwnWords } from "./macros/macro.js";
import { ownFrameOf, ownMemoriesOf } from "./macros/own-memories.js";
import { checkManual } from "./manual-cores.js";
import { checkDies, checkEnds, checkNoc, topologyIn } from "./noc-check.js";
import { checkCorePace, checkPace } from "./pace.js";
import { PLAIN } from "./parse-plain.js";
import { perObject } from "./per-object.js";
import { checkPort } from "./port.js";
import { precisionOf } from "./precision.js";
import { checkPriceExpressions } from "./price-check.js";
import { PRICE_MODELS, unknownPriceModel } from "./price-models.js";
import { RESET_RULES } from "./reset-rule.js";
import { type CoreDocument, coreSchema, type RootDocument, rootSchema, tileSchema } from "./schema.js";
import { areAmbiguous, bySpecificity, parseSelector, SELECTOR_LIMIT, type Selector, selects } from "./selector.js";
import { checkCoreSpill, checkSpill } from "./spill.js";
import type { NocTopology, Refusal, Shape } from "./topologies/topology.js";
import { checkTraining, networkOf } from "./training-request.js";
import { checkLayerWidths, checkWeightBits } from "./weight-bits.js";
import { checkCoreFormats } from "./weight-format.js";

/** Every scalar that can be set, for "did you mean". */
export const KNOWN_PATHS: readonly string[] = [
  ...scalarPaths(rootSchema).filter((path) => !["version", "extends", "plugins"].includes(path) && !/^prices\..*\./.test(path)),
  ...scalarPaths(tileSchema, "tile"),
  ...scalarPaths(coreSchema, "tile.core"),
];

const CORE_LIMIT = 16_384;

interface Fragment {
  readonly selector: Selector;
  readonly node: LocatedMap;
  readonly path: string;
}
interface TileFragment extends Fragment {
  readonly cores: readonly Fragment[];
}

/** @throws InputError with every problem of the document. */
export function resolveDocument(document: LocatedMap): Experiment {
  const problems: Problem[] = [];
  const { rest, tiles } = splitTiles(document, problems);
  const root = soundRoot(rest) ?? checked(rootSchema, rest, "", KNOWN_PATHS, problems);
  for (const tile of tiles) {
    checked(tileSchema, tile.node, tile.path, KNOWN_PATHS, problems);
    for (const core of tile.cores) checked(coreSchema, core.node, core.path, KNOWN_PATHS, problems);
  }
  if (problems.length > 0 || root === null) throw new InputError(problems);
  const topology = topologyIn(root, document);
  const shape: Shape = { width: root.noc.width, height: root.noc.height, tree: treeOf(root) };
  const refused = ({ key, message, fix }: Refusal): Problem => problemAt(placeOf(document, ["noc", key]), `noc.${key}`, message, fix);
  const tooLarge = topology.refusal(shape, 0);
  if (tooLarge !== null) throw new InputError([refused(tooLarge)]); // before this many tiles are laid out
  checkMacroTables(root.prices.macros ?? {}, document, problems);
  const { cores, coresPerTile } = layCores(root, topology, shape, tiles, problems);
  checkWhole(root, topology, topology.tiles(shape), document, problems);
  if (root.mapping.strategy === "manual") checkManual(root.mapping.manual, cores.length, document, problems);
  const tooMany = topology.refusal(shape, cores.length);
  if (tooMany !== null) problems.push(refused(tooMany));
  const frameMacros = ownFrameOf(root, (ok, key, message, fix) => {
    const path = ["inputs", "frame_buffer", ...key];
    if (!ok) problems.push(problemAt(placeOf(document, path), path.join("."), message, fix));
  });
  const { price_model } = root.chip;
  const priceProblem = ({ message, fix }: Pick<Problem, "message" | "fix">): void => {
    problems.push(problemAt(placeOf(document, ["chip", "price_model"]), "chip.price_model", message, fix));
  };
  if (price_model !== null && !PRICE_MODELS.has(price_model)) priceProblem(unknownPriceModel(price_model));
  if (problems.length > 0) throw new InputError(problems);
  const experiment = experimentOf(root, cores, coresPerTile, priceProblem, frameMacros);
  checkPriceExpressions(experiment.chip, experiment.precision, (name, message) => {
    const path = ["prices", name, "value"];
    problems.push(problemAt(placeOf(document, path), path.join("."), message));
  });
  checkEnds(experiment.chip, (ok, path, message, fix) => {
    if (!ok) problems.push(problemAt(placeOf(document, path), path.join("."), message, fix));
  });
  if (problems.length > 0) throw new InputError(problems);
  return deepFreeze(experiment);
}

const OPTIONAL: readonly string[] = ["extends", "plugins", "inputs", "training"];

/** The root, made from its sections, most of which the points of a search share; null if anything is wrong. */
function soundRoot(rest: LocatedMap): RootDocument | null {
  const { shape } = rootSchema;
  const sections: { [key: string]: unknown } = {};
  for (const [key, { value }] of rest.entries) {
    if (!Object.hasOwn(shape, key)) return null;
    const found: Problem[] = [];
    sections[key] = checked(shape[key as keyof typeof shape], value, key, [], found);
    if (found.length > 0) return null;
  }
  return Object.keys(shape).every((key) => OPTIONAL.includes(key) || Object.hasOwn(sections, key)) ? (sections as RootDocument) : null;
}

/** Cached results of `splitTiles` without problems. */
const apart = new WeakMap<LocatedMap, { readonly path: string; readonly rest: LocatedMap; readonly fragments: readonly Fragment[] }>();

/** Separates the `tile...` and `core...` keys from the fixed keys. */
function splitTiles(document: LocatedMap, problems: Problem[]): { rest: LocatedMap; tiles: TileFragment[] } {
  const top = split(document, "tile", "", problems);
  const tiles = top.fragments.map((tile): TileFragment => {
    const known = apart.get(tile.node);
    if (known?.path === tile.path) return { ...tile, node: known.rest, cores: known.fragments };
    const before = problems.length;
    const inner = split(tile.node, "core", tile.path, problems);
    if (problems.length === before) apart.set(tile.node, { path: tile.path, ...inner });
    return { ...tile, node: inner.rest, cores: inner.fragments };
  });
  return { rest: top.rest, tiles };
}

function split(map: LocatedMap, stem: "tile" | "core", prefix: string, problems: Problem[]): { rest: LocatedMap; fragments: Fragment[] } {
  const rest = new Map(map.entries);
  const fragments: Fragment[] = [];
  for (const [key, { keyAt, value }] of map.entries) {
    const selector = parseSelector(key, stem);
    if (selector === null) continue;
    rest.delete(key);
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if ("wrong" in selector) problems.push(problemAt(keyAt, path, selector.wrong));
    else if (value.kind === "map") fragments.push({ selector, node: value, path });
    else problems.push(...problemsOf(stem === "tile" ? tileSchema : coreSchema, value, path, KNOWN_PATHS));
  }
  if (fragments.length > SELECTOR_LIMIT) {
    problems.push(
      problemAt(map.at, prefix, `has ${fragments.length} ${stem} keys; at most ${SELECTOR_LIMIT}`, "use ranges and lists: tile[0..3,8]"),
    );
    return { rest: { ...map, entries: rest }, fragments: [] };
  }
  fragments.sort((a, b) => bySpecificity(a.selector, b.selector));
  for (const [i, a] of fragments.entries())
    for (const b of fragments.slice(i + 1))
      if (areAmbiguous(a.selector, b.selector))
        problems.push(problemAt(b.node.at, b.path, `overlaps ${a.path}, and neither selects fewer`, "make one of them narrower"));
  return { rest: { ...map, entries: rest }, fragments };
}

/** Cores of every tile, in tile order. Equal sets of fragments are merged and checked once. */
function layCores(
  root: RootDocument,
  topology: NocTopology,
  shape: Shape,
  tiles: readonly TileFragment[],
  problems: Problem[],
): { cores: Core[]; coresPerTile: number[] } {
  const tileCount = topology.tiles(shape);
  for (const tile of tiles) {
    const beyond = tile.selector.indices?.find((index) => index >= tileCount);
    if (beyond !== undefined)
      problems.push(
        problemAt(
          tile.node.at,
          tile.path,
          `selects tile ${beyond}, but noc.width x noc.height ${topology.hasTree ? " x noc.tree.arity ^ noc.tree.levels " : ""}gives tiles 0..${tileCount - 1}`,
        ),
      );
  }
  const cores: Core[] = [];
  const coresPerTile: number[] = [];
  const known = new Map<string, LaidCore | null>();
  for (let t = 0; t < tileCount; t++) {
    const mine = tiles.filter((tile) => selects(tile.selector, t));
    const count = coreCount(mine, problems);
    coresPerTile.push(count);
    if (cores.length + count > CORE_LIMIT) {
      const message = `the chip has more than ${CORE_LIMIT} cores`;
      problems.push(problemAt(mine.at(-1)?.node.at ?? { file: "", line: null, column: null }, mine.at(-1)?.path ?? "tile", message));
      break;
    }
    for (let c = 0; c < count; c++) {
      const fragments = mine.flatMap((tile) => tile.cores.filter((core) => selects(core.selector, c)));
      const key = fragments.map((fragment) => fragment.path).join("|");
      let core = known.get(key);
      if (core === undefined) {
        core = mergedCore(fragments, root, problems);
        known.set(key, core);
      }
      if (core !== null) cores.push(coreOf(core.core, cores.length, t, core.own));
    }
  }
  return { cores, coresPerTile };
}

function coreCount(tiles: readonly TileFragment[], problems: Problem[]): number {
  const owner = [...tiles].reverse().find((tile) => entryOf(tile.node, "cores") !== undefined);
  const named = tiles.flatMap((tile) => tile.cores.flatMap((core) => core.selector.indices ?? [0]));
  const least = named.reduce((most, index) => Math.max(most, index + 1), 1);
  if (owner === undefined) return least;
  const count = Number(toJson(entryOf(owner.node, "cores") as Located));
  if (count < least) {
    const message = `is ${count}, but a key selects core ${least - 1}`;
    const known = problems.some((problem) => problem.path === `${owner.path}.cores` && problem.message === message);
    if (!known) problems.push(problemAt(placeOf(owner.node, ["cores"]), `${owner.path}.cores`, message));
  }
  return count;
}

/** A core as described, with its memories of the user's macros. */
interface LaidCore {
  readonly core: CoreDocument;
  readonly own: OwnMemories;
}

function mergedCore(fragments: readonly Fragment[], root: RootDocument, problems: Problem[]): LaidCore | null {
  let node: Located = fragments[0]?.node ?? emptyMap({ file: "", line: null, column: null });
  for (const fragment of fragments.slice(1)) node = mergeLocated(node, fragment.node);
  const core = sound(coreSchema, node) ?? coreSchema.parse(toJson(node), PLAIN);
  const before = problems.length;
  const check = (ok: boolean, key: readonly string[], message: string, fix: string): void => {
    const owner = fragments.findLast((fragment) => nodeAt(fragment.node, key) !== undefined) ?? fragments.at(-1);
    const where = `${owner?.path ?? "tile.core"}.${key.join(".")}`;
    if (!ok) problems.push(problemAt(placeOf(node, key), where, message, fix));
  };
  for (const name of ["synapse_memory", "state_memory"] as const) {
    const memory = core[name];
    const words = Math.floor((memory.size_kib * 8192) / memory.word_bits / memory.banks);
    const least = (memory.word_bits * memory.banks) / 8192;
    check(
      words >= 1,
      [name, "size_kib"],
      `${memory.size_kib} KiB cannot hold one word of ${memory.word_bits} bits in each of ${memory.banks} banks`,
      `set it to ${least} or more`,
    );
  }
  const { weight_bits: weightBits } = root.precision;
  check(
    core.synapse_memory.word_bits >= weightBits,
    ["synapse_memory", "word_bits"],
    `a word of ${core.synapse_memory.word_bits} bits cannot hold one weight of precision.weight_bits: ${weightBits}`,
    `set it to ${weightBits} or more`,
  );
  checkCorePace(core, root, check);
  checkCoreFormats(core, root, check);
  checkCoreSpill(core, root, check);
  if (problems.length > before) return null;
  const laid: LaidCore = { core, own: ownMemoriesOf(core, root, check) };
  return problems.length > before ? null : laid;
}

function checkWhole(root: RootDocument, topology: NocTopology, tiles: number, document: LocatedMap, problems: Problem[]): void {
  const check = (ok: boolean, path: readonly string[], message: string, fix: string): void => {
    if (!ok) problems.push(problemAt(placeOf(document, path), path.join("."), message, fix));
  };
  const { noc, inputs, network, workload, precision } = root;
  checkPace(root, check);
  const [isNir, isLava] = [isNirFile(network.model), isLavaFile(network.model)];
  for (const key of ["step_seconds", "reset"] as const) {
    const fix = `${key === "reset" ? `one of ${RESET_RULES.join(", ")}` : "e.g. 1e-4"}: ask who trained it`;
    check(!isNir || network.nir[key] !== null, ["network", "nir", key], `is not given, and ${network.model} does not say it`, fix);
  }
  check(isNir || network.nir.reset === null, ["network", "nir", "reset"], `is given, but ${network.model} is no NIR file`, "leave it out");
  check(
    workload.labels === null || workload.dataset === "spike-file" || workload.dataset === "events",
    ["workload", "labels"],
    `is given, but the data set ${workload.dataset} has labels of its own`,
    "leave it out, or set dataset: spike-file, or events",
  );
  check(
    workload.events === undefined || isEventDataset(workload.dataset),
    ["workload", "events"],
    `is given, but the data set ${workload.dataset} has no events`,
    `leave it out, or set dataset to one of ${Object.keys(EVENT_DATASETS).join(", ")}`,
  );
  checkInputPlaces(root, check);
  check(
    !isEventDataset(workload.dataset) || workload.path !== null || workload.inputs !== undefined,
    ["workload", "path"],
    `is not given, and ${workload.dataset} does not come with this package`,
    "name the folder of its recordings",
  );
  checkPort(inputs, tiles, check);
  checkSpill(root, check);
  checkOnFpga(root, check);
  checkTraining(root, check);
  check(
    workload.rest === undefined || workload.period_ms !== undefined,
    ["workload", "rest"],
    "is given without workload.period_ms: there is no time between inferences",
    "set workload.period_ms, or leave it out",
  );
  checkNoc(noc, topology, check);
  checkDies(root, topology, check);
  const { fpga } = root.chip;
  for (const [key, why] of [
    ["corner", "come from synthesis at one corner"],
    ["logic_period_ns", "come from synthesis for that device"],
  ] as const)
    check(
      root.chip[key] === undefined || fpga === undefined || fpga === null,
      ["chip", key],
      `is given, but clocks of chip.fpga: ${fpga} ${why}`,
      "leave it out",
    );
  check(
    workload.timing_samples <= workload.samples,
    ["workload", "timing_samples"],
    `is ${workload.timing_samples}, more than the ${workload.samples} of workload.samples`,
    `set it to ${workload.samples} or less`,
  );
  check(
    isNir || isLava || precision.integers === "quantised",
    ["precision", "integers"],
    `is ${precision.integers}, but ${network.model} is no file of another tool`,
    "set it to quantised",
  );
  checkLayerWidths(precision, check);
  checkWeightBits(precision, check);
  if (isNir || isLava)
    for (const { path, message, fix } of graphPrecisionProblems(precisionOf(precision), network.model, isLava))
      check(false, ["precision", ...path], message, fix);
  for (const [key, usual] of [
    ["restart_steps", 0],
    ["remainder", "lost"],
  ] as const)
    check(
      isLava || network.lava[key] === usual,
      ["network", "lava", key],
      `is given, but ${network.model} is no file of Lava`,
      `set it to ${usual}`,
    );
  check(
    precision.state_fraction_bits < precision.state_bits,
    ["precision", "state_fraction_bits"],
    `is ${precision.state_fraction_bits}, not less than precision.state_bits: ${precision.state_bits}`,
    `set it to ${precision.state_bits - 1} or less`,
  );
}

/** Reports parts whose resources on an FPGA are not counted. */
function checkOnFpga({ chip, inputs }: RootDocument, check: Parameters<typeof checkPort>[2]): void {
  if (chip.fpga === undefined || chip.fpga === null) return;
  const why = `is given, but so is chip.fpga: ${chip.fpga}`;
  check(inputs?.frame_buffer === undefined, ["inputs", "frame_buffer"], `${why}, for which its resources are not counted`, "leave it out");
}

function experimentOf(
  root: RootDocument,
  cores: readonly Core[],
  coresPerTile: readonly number[],
  problem: (found: Pick<Problem, "message" | "fix">) => void,
  frameMacros: OwnWords | null,
): Experiment {
  return {
    chip: chipOf(root, cores, coresPerTile, problem, frameMacros),
    network: networkOf(root),
    workload: workloadOf(root.workload),
    precision: precisionOf(root.precision),
    mapping: mappingOf(root.mapping),
  };
}

const workloadOf = perObject((document: RootDocument["workload"]): Experiment["workload"] => {
  const { encoder, events, inputs: _, ...workload } = document;
  const slicing = isEventDataset(workload.dataset) ? slicingOf(events) : null;
  return { ...camel(workload), inputs: inputPlaces(document), encoding: camel(encoder), events: slicing };
});
const mappingOf = perObject(({ manual, ...mapping }: RootDocument["mapping"]): Experiment["mapping"] => ({ ...camel(mapping), manual }));

/** Makes a value and all that it holds read-only. The entries of a set or map do not freeze with it, so it refuses. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Set || value instanceof Map) {
    for (const change of ["add", "set", "delete", "clear"]) if (change in value) Object.defineProperty(value, change, { value: refuse });
    for (const entry of value.values()) deepFreeze(entry);
  }
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}

function refuse(): never {
  throw new TypeError("Cannot change a frozen set or map");
}
