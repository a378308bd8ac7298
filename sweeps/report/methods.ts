/** The report's methods paragraphs: what was done, with every setting. Pure text. */
import { quoted } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { isQuantile, metricFacts, NO_STATED_ERROR } from "../../sim/index.js";
import { printedUnit, referenceText } from "../export/headers.js";
import { evaluatorOf, otherBuildLines, PROGRAM } from "../inputs.js";
import type { ReportData } from "./data.js";
import { networkParagraphs } from "./networks.js";
import { otherSentences } from "./others.js";
import { hasEnergy, isUnread, priceSentences } from "./price-sentences.js";
import { screenedSentence } from "./screened.js";
import { isSearched, settingValues } from "./searched.js";

/** Each sampler with the works of its file. */
const SAMPLER_TEXT: { readonly [sampler: string]: string } = {
  grid: "an exhaustive grid",
  random: "uniform random sampling",
  sobol:
    "a Sobol sequence (Bratley and Fox, ACM Trans. Math. Softw. 14(1), 1988; direction numbers of Joe and Kuo, SIAM J. Sci. Comput. 30, 2008), scrambled by linear matrices with a digital shift (Matousek, J. Complexity 14(4), 1998)",
  nsga2: "NSGA-II with constrained domination (Deb, Pratap, Agarwal and Meyarivan, IEEE Trans. Evol. Comput. 6(2), 2002)",
  tpe: "a multi-objective tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kegl, NeurIPS 2011; Ozaki, Tanigaki, Watanabe, Nomura and Onishi, J. Artif. Intell. Res. 73, 2022; kernels over all parameters together as in Watanabe, arXiv:2304.11127, 2023), which thins good points of one rank by crowding",
  screen:
    "screening: an analytical model priced a pool of points, the promising ones were simulated on few utterances and the best in full (successive halving; Jamieson and Talwalkar, AISTATS 2016; pruning by uncertainty as in Zuluaga, Krause and Pueschel, J. Mach. Learn. Res. 17, 2016)",
  gp: "Gaussian processes with expected hypervolume improvement (Emmerich, Giannakoglou and Naujoks, IEEE Trans. Evol. Comput. 10(4), 2006), points under way at their predicted mean (Ginsbourger, Le Riche and Carraro, 2010), and a process for feasibility (Gardner, Kusner, Xu, Weinberger and Cunningham, ICML 2014)",
};

const text = (value: Json | undefined): string => (typeof value === "string" || typeof value === "number" ? String(value) : "unknown");

/** `, mutation_eta 5`: the options of the sampler that the description gives. */
function givenOptions({ search }: ReportData): string {
  const { sampler = {} } = (search ?? {}) as { readonly sampler?: { readonly [option: string]: Json } };
  const { name: _name, budget: _budget, seed: _seed, ...options } = sampler;
  return Object.entries(options)
    .map(([option, value]) => `, ${option} ${text(value)}`)
    .join("");
}

/** Settings that the paragraphs name in words, or that say where a file lies, of which the checksums tell more. */
const TOLD: readonly RegExp[] = [
  /^(version|name|model|source|prices|network\.model)$/,
  /^workload\.(dataset|split|seed|samples|timing_samples|synthetic|case)$/,
  /^workload\.(.*\.)?(path|labels)$/,
];

/** Settings of networks' readers, by the section and the ending of the file that is read so. */
const READERS: readonly (readonly [section: string, ending: string])[] = [
  ["network.nir", ".nir"],
  ["network.lava", ".net"],
];

/** Every setting of the description that was not searched and that some point has, by path. */
function fixedSettings(data: ReportData): readonly string[] {
  const searched = new Set(data.parameters.map(({ path }) => path));
  const models = settingValues(data, "network.model").map(text);
  const others = READERS.filter(([, ending]) => !models.some((model) => model.endsWith(ending))).map(([section]) => section);
  const walk = (value: Json, path: string): readonly string[] => {
    if (searched.has(path) || value === null || others.includes(path) || TOLD.some((told) => told.test(path))) return [];
    if (isUnread(data, path) || isOverruled(data, path, value)) return [];
    if (typeof value !== "object") return path.endsWith(".name") ? [] : [`${path} ${value}`];
    if (Array.isArray(value)) return [`${path} ${JSON.stringify(value)}`];
    return Object.entries(value).flatMap(([key, inner]) => walk(inner, path === "" ? key : `${path}.${key}`));
  };
  return walk(data.document ?? {}, "");
}

/** True for a key of tiles or cores of which all points read narrower keys, or searched ones. */
const isOverruled = ({ fixedPlaces }: ReportData, path: string, value: Json): boolean =>
  fixedPlaces !== null && /^tile[[.]/.test(path) && (typeof value !== "object" || Array.isArray(value)) && !fixedPlaces.includes(path);

/** A setting of the workload, in words: its value, or that it was searched. */
const told = (data: ReportData, key: string, words: (value: string) => string, searched: string): string =>
  isSearched(data, `workload.${key}`) ? searched : words(text(settingValues(data, `workload.${key}`)[0]));

/** What the networks ran on: `mnist-rows (test split, seed 1)`. */
function samplesText(data: ReportData): string {
  const dataset = told(data, "dataset", (value) => value, "the data sets that were searched");
  const split = told(data, "split", (value) => `${value} split`, "splits as searched");
  return `${dataset} (${split}, ${told(data, "seed", (value) => `seed ${value}`, "seeds as searched")})`;
}

/** What a coupled chip ran on. */
function coupledInputs(data: ReportData, { case: recorded, synthetic }: { readonly [key: string]: Json }): string {
  if (isSearched(data, "workload.case")) return "the memories and events of the cases that were searched";
  if (recorded !== undefined) return `the memories and events of the case ${text(recorded)}`;
  const fixed = Object.entries((synthetic ?? {}) as object).filter(([key]) => !isSearched(data, `workload.synthetic.${key}`));
  return `inputs drawn by seed (${JSON.stringify(Object.fromEntries(fixed))}${isSearched(data, "workload.synthetic") ? ", the rest as searched" : ""})`;
}

/** True if some point may lose messages or take them late, so that the chip decides what is computed. */
function mayFeedBack(data: ReportData): boolean {
  const searched = data.parameters.flatMap(({ column, path }) => (data.points.columns[column] ?? []).map((value) => `${path} ${value}`));
  return [...fixedSettings(data), ...searched].some((setting) => /(\.input_queue\.full|^tick\.overrun) (drop|late)$/.test(setting));
}

/** How real numbers became integers, by `precision.integers`. */
const INTEGERS: { readonly [integers: string]: string } = {
  quantised: "the trained network was quantised",
  "from-file": "the trained network's whole numbers were taken from its file as they are",
  speck: "the trained network was quantised as sinabs does for Speck",
  xylo: "the trained network was quantised as Rockpool does for Xylo",
};

function integersText(data: ReportData): string {
  const [form = null, ...others] = settingValues(data, "precision.integers");
  return others.length === 0
    ? (INTEGERS[String(form)] ?? INTEGERS.quantised)
    : "the trained network became integers in the ways that were searched";
}

/** What a quantile is, in brackets; empty for a metric itself. */
const quantileText = (metric: string): string =>
  isQuantile(metric) ? ` (${metricFacts(metric).about}, of prices, samples and timed utterances drawn within their errors)` : "";

const countText = ({ least, most }: { readonly least: number; readonly most: number }): string =>
  least === most ? String(least) : `${least} to ${most}`;

/** Says that this text is of another build than the results; empty if it is not. */
const otherBuildSentence = ({ otherBuild }: ReportData): string =>
  otherBuildLines(otherBuild)
    .map((line) => ` The results were ${line}.`)
    .join("");

export function methodsParagraphs(data: ReportData): readonly string[] {
  const { study, counts, workload } = data;
  const document = (data.document ?? {}) as { readonly [section: string]: { readonly [key: string]: Json } | undefined };
  const load = document.workload ?? {};
  const provenance = (typeof data.provenance === "object" && data.provenance !== null ? data.provenance : {}) as {
    readonly [key: string]: Json;
  };
  const goals = data.objectives
    .map(({ direction, metric }) => `${direction === "min" ? "minimised" : "maximised"} ${metric}${quantileText(metric)}`)
    .join(", ");
  const units = new Map(data.metrics.map(({ name, unit }) => [name, unit]));
  const reference = referenceText(
    data.reference ?? [],
    data.objectives.map(({ metric }) => printedUnit(units.get(metric) ?? "1")),
  );
  const isPriced = hasEnergy(data);
  const used =
    workload === null
      ? ""
      : `${countText(workload.utterances)} ${workload.utterances.most === 1 ? "utterance" : "utterances"} for accuracy, ${countText(workload.timed)} of them (drawn by seed) replayed cycle by cycle for latency${isPriced ? " and energy" : ""}. `;
  const coupled = document.model;
  const evaluation =
    coupled === undefined
      ? `${integersText(data)} and run integer-exactly on ${samplesText(data)}: ${used}` +
        "Each point was mapped to the chip's cores, its spikes were replayed on a cycle-level model of cores, memories, queues and a flit-level network on chip" +
        (isPriced ? ", and the counted actions were priced; energy includes clock and leakage. " : ". ") +
        (mayFeedBack(data)
          ? "On chips whose queues drop or whose ticks do not wait, function and time ran together, message by message, and accuracy is that of the network on the chip. "
          : "") +
        priceSentences(data)
      : `each point is one run of the cycle-accurate model ${text(coupled)}, in which time decides what is computed, on ${coupledInputs(data, load)}; energy, where given, is priced with the chip's measured values; ${NO_STATED_ERROR}. Source of the model: ${text(document.source)}.`;
  const other = evaluatorOf(data.inputs);
  const origin =
    other === null
      ? `Design points were evaluated with ${PROGRAM} ${study.engineVersion}: ${evaluation}${otherBuildSentence(data)}`
      : `The results of the design points were told by ${quoted(other)}: this program chose the points, and simulated and priced none of them.`;
  const session =
    other === null
      ? ` Source revision ${text(provenance.gitHash)}${provenance.gitDirty === true ? " with uncommitted changes" : ""}, Node ${text(provenance.node)}, ${text(provenance.cpu)}.`
      : "";
  return [
    origin,
    `Searched: ${data.parameters.map(({ name, path, values }) => `${name} (${path}: ${values})`).join("; ")}. Fixed: ${fixedSettings(data).join(", ")}.`,
    `The search ${goals}${data.constraints.length === 0 ? "" : ` subject to ${data.constraints.join(" and ")}`}, by ${SAMPLER_TEXT[study.sampler] ?? study.sampler}${givenOptions(data)}, seed ${study.seed}, budget ${study.budget} points: ${counts.done} evaluated (${counts.feasible} within the limits), ${counts.infeasible} infeasible, ${counts.failed} failed; it ${study.state === "finished" ? `ended (${study.finishReason ?? "finished"})` : "had not ended"}.${screenedSentence(data.screened)}${otherSentences(data.others)} ` +
      (data.hypervolume === null
        ? "No hypervolume was fixed."
        : `Hypervolume ${Number(data.hypervolume.toPrecision(6))} against ${data.fixedReference ? "the fixed reference point" : "a reference point that was made for this report"} (${reference}).`),
    ...networkParagraphs(data.networks),
    `All points ${other === null ? "were computed with" : "have"} the same inputs, by SHA-256: ${data.inputs.map(({ kind, name, sha256 }) => `${kind} ${name} ${sha256}`).join("; ")}. Study ${study.identity}.${session}`,
  ];
}
