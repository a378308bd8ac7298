/** Spikes against dense recurrence on the same chip: the parts of a frame's energy, and the gain in each part. */
import { axisOf } from "../../base/plot/axis.js";
import { NAMED } from "../../base/plot/colours.js";
import type { BreakdownRow } from "../../sim/index.js";
import { markdownTable } from "../validation/markdown.js";
import { type CaseStudy, metric, pointWith, type StudyPoint } from "./study.js";

const SYSTEMS = ["rec-v2", "gru", "lstm"] as const;
type System = (typeof SYSTEMS)[number];
const PARTS = ["weight memory", "state memory", "leakage and clock", "arithmetic", "queues and control"] as const;
type Part = (typeof PARTS)[number];
const GROUP_PARTS: { readonly [group in Exclude<BreakdownRow["group"], "memory">]: Part | null } = {
  ...{
    datapath: "arithmetic",
    leakage: "leakage and clock",
    clock: "leakage and clock",
    queue: "queues and control",
    noc: "queues and control",
    area: null,
  },
};

function partOf({ component, group }: BreakdownRow): Part | null {
  if (component === "control") return "queues and control";
  const memory = component.startsWith("synapse") ? "weight memory" : "state memory";
  if (group === "memory" || /^(synapse|state) wires/.test(component)) return memory;
  return GROUP_PARTS[group];
}

/** Bits of the spikes between neurons of the shipped rec-v2 networks. */
const SPIKE_BITS = 6;

/** Cost of one frame. Energy and time are means over the replayed utterances, multiplications over all. */
interface FrameCost {
  readonly point: StudyPoint;
  readonly multiplications: number;
  readonly events: number;
  /** Events of a frame in which every input and neuron sends. */
  readonly mostEvents: number;
  /** Bits of the input's payloads. */
  readonly inputBits: number;
  /** Energy of a synaptic multiplication, and of all synaptic operations of a frame. */
  readonly productPj: number;
  readonly synapticNj: number;
  readonly weightReads: number;
  readonly stateAccesses: number;
  readonly cycles: number;
  readonly timeUs: number;
  readonly energyNj: number;
  readonly partsNj: { readonly [part in Part]: number };
}

function frameCost(points: readonly StudyPoint[], models: string, system: System): FrameCost {
  const point = pointWith(points, { model: `${models}-${system}.safetensors` });
  const { breakdown, operations } = point.result;
  const rowOf = (component: string) => breakdown.find((row) => row.component === component);
  const count = (component: string): number => rowOf(component)?.count ?? 0;
  const energyPj = (component: string): number => rowOf(component)?.energyPj ?? 0;
  const populations = operations.layers.filter((layer) => !layer.name.includes("->") && layer.spikes > 0);
  const products = "synaptic multiply-accumulates";
  // Every neuron is updated once per frame, so the updates of the replayed utterances over those of one frame give the
  // number of frames.
  const updates = operations.layers.reduce((sum, layer) => sum + layer.elementMultiplies, 0) / operations.frames;
  const frames = (count("element multiplications") + count("requantisations")) / updates;
  const partsNj = Object.fromEntries(PARTS.map((part) => [part, 0])) as { [part in Part]: number };
  for (const row of breakdown) {
    const part = partOf(row);
    if (part !== null && row.energyPj !== null) partsNj[part] += row.energyPj / 1000 / frames;
  }
  return {
    ...{ point, partsNj },
    multiplications: metric(point, "multiplications_per_frame"),
    events: populations.reduce((sum, layer) => sum + layer.spikes, 0) / operations.frames,
    mostEvents: Math.round(populations.reduce((sum, layer) => sum + layer.spikes / layer.density, 0) / operations.frames),
    inputBits: operations.layers.find((layer) => layer.name.startsWith("input ->"))?.payloadBits ?? 0,
    productPj: energyPj(products) / count(products),
    synapticNj: (energyPj(products) + energyPj("synaptic additions")) / 1000 / frames,
    weightReads: count("synapse memory reads") / frames,
    stateAccesses: (count("state memory reads") + count("state memory writes")) / frames,
    cycles: metric(point, "latency_cycles") / frames,
    timeUs: metric(point, "latency_us") / frames,
    energyNj: (1000 * metric(point, "energy_uj_per_inference")) / frames,
  };
}

/** Compared quantities: that of the dense cells over that of the spiking ones. */
const COMPARED: readonly (readonly [name: string, of: (cost: FrameCost) => number])[] = [
  ["multiplications", (cost) => cost.multiplications],
  ["arithmetic energy", (cost) => cost.partsNj.arithmetic],
  ["weight memory energy", (cost) => cost.partsNj["weight memory"]],
  ["state memory energy", (cost) => cost.partsNj["state memory"]],
  ["leakage and clock energy", (cost) => cost.partsNj["leakage and clock"]],
  ["time", (cost) => cost.timeUs],
  ["energy", (cost) => cost.energyNj],
];

/** One data set's three networks on one chip. */
interface SystemsStudy {
  readonly name: string;
  /** Data set in the names of the model files. */
  readonly models: string;
  /** `A frame of speech on one chip`. */
  readonly subject: string;
  readonly about: string;
  readonly needsData: boolean;
}

/**
 * A sentence of the report that is true only for some numbers. Throws if a run contradicts it, because its words must
 * then change.
 */
function holds(condition: boolean, sentence: string): string {
  if (!condition) throw new Error(`no longer true of this run: ${sentence}`);
  return sentence;
}

function systemsStudy({ name, models, subject, about, needsData }: SystemsStudy): CaseStudy {
  const costsOf = (points: readonly StudyPoint[]): readonly FrameCost[] => SYSTEMS.map((system) => frameCost(points, models, system));
  return {
    name,
    needsData,
    figure: (points) => {
      const costs = costsOf(points);
      const [spikes, gru] = costs as readonly [FrameCost, FrameCost, FrameCost];
      const shown = PARTS.filter((part) => costs.some((cost) => cost.partsNj[part] > 0.005 * cost.energyNj));
      const gains = COMPARED.map(([, of]) => of(gru) / of(spikes));
      const zeroTo = (label: string, high: number) => ({ ...axisOf(label, { low: 0, high: high * 1.02 }, false), low: 0 });
      return {
        title: `${subject}: spikes against dense recurrence`,
        about,
        column: "single",
        legend: "above",
        panels: [
          {
            heading: "",
            x: zeroTo("energy per frame (nJ)", Math.max(...costs.map((cost) => cost.energyNj))),
            y: { label: "", scale: "category", names: SYSTEMS },
            colour: null,
            series: shown.map((part, i) => ({
              ...{ kind: "bars", name: part, values: costs.map((cost) => cost.partsNj[part]), colour: NAMED[i] },
            })),
            notes: [],
          },
          {
            heading: "",
            x: zeroTo("gru over rec-v2 (times)", Math.max(...gains)),
            y: {
              label: "",
              scale: "category",
              names: COMPARED.map(([name], i) => `${name.replace(" energy", "").replace(" and", ",")} ${gains[i].toFixed(1)}`),
            },
            colour: null,
            series: [{ kind: "bars", name: "", values: gains, colour: NAMED[8] }],
            notes: [],
          },
        ],
      };
    },
    report: (points, { ratio, sentence }) => {
      const costs = costsOf(points);
      const [spikes, gru, lstm] = costs as readonly [FrameCost, FrameCost, FrameCost];
      const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
      const times = (of: (cost: FrameCost) => number, dense = gru): string => (of(dense) / of(spikes)).toFixed(1);
      const part = (cost: FrameCost, name: Part): number => (100 * cost.partsNj[name]) / cost.energyNj;
      const { mostEvents } = spikes;
      if (costs.some((cost) => cost.mostEvents !== mostEvents)) throw new Error("the networks differ in inputs or neurons");
      const sent = spikes.inputBits === SPIKE_BITS ? `${SPIKE_BITS}-bit spikes` : `${spikes.inputBits}-bit input, ${SPIKE_BITS}-bit spikes`;
      const table = markdownTable(
        [
          "network",
          "sent",
          "accuracy [%]",
          `events per frame (of ${mostEvents})`,
          "multiplications per frame",
          "weight words read",
          "state words read or written",
          "cycles per frame",
          "time per frame [µs]",
          "energy per frame [nJ]",
          "weight memory / state memory / leakage and clock / arithmetic [% of energy]",
        ],
        costs.map((cost, i) => [
          SYSTEMS[i],
          i === 0 ? sent : "8-bit activations",
          metric(cost.point, "accuracy_percent").toFixed(2),
          cost.events.toFixed(1),
          ...[cost.multiplications, cost.weightReads, cost.stateAccesses, cost.cycles].map(whole),
          cost.timeUs.toFixed(1),
          cost.energyNj.toFixed(1),
          (["weight memory", "state memory", "leakage and clock", "arithmetic"] as const)
            .map((name) => part(cost, name).toFixed(1))
            .join(" / "),
        ]),
      );
      const gains = markdownTable(
        ["", "gru over rec-v2", "lstm over rec-v2"],
        COMPARED.map(([name, of]) => {
          const whole = { energy: "energy_uj_per_inference", time: "latency_us" } as const;
          const drawn = name === "energy" || name === "time" ? whole[name] : null;
          return [name, ...[gru, lstm].map((dense) => (drawn === null ? times(of, dense) : ratio(drawn, dense.point, spikes.point)))];
        }),
      );
      const lost = metric(gru.point, "accuracy_percent") - metric(spikes.point, "accuracy_percent");
      const gain = (of: (cost: FrameCost) => number): number => of(gru) / of(spikes);
      const leakGain = gain((cost) => cost.partsNj["leakage and clock"]);
      const timeGain = gain((cost) => cost.timeUs);
      const arithmetic = (cost: FrameCost): number => cost.partsNj.arithmetic;
      holds(gain(arithmetic) < gain((cost) => cost.multiplications), "arithmetic gains less than multiplications");
      holds(leakGain > timeGain && leakGain < 1.1 * timeGain, "leakage and clock gain a little more than time");
      const updates = [spikes, gru].map((cost) => (100 * (1 - cost.synapticNj / arithmetic(cost))).toFixed(0));
      const perProduct = [spikes, gru].map((cost) => cost.productPj.toFixed(3));
      const cheaper =
        perProduct[0] === perProduct[1]
          ? `a product takes ${perProduct[0]} pJ in both, because multipliers are as wide as the ${spikes.inputBits}-bit input`
          : `though a product takes ${perProduct.join(" and ")} pJ, because multipliers of ${SPIKE_BITS}-bit payloads are smaller`;
      holds(gain((cost) => cost.stateAccesses) < gain((cost) => cost.weightReads), "state memory gains less than weight reads");
      const updated = costs.map((cost) => cost.stateAccesses / cost.weightReads);
      return `${table}

${gains}

The paper counts multiplications, and here rec-v2 needs ${times((cost) => cost.multiplications)} times fewer than the gru, for ${lost.toFixed(1)} points of accuracy. In joules that is ${ratio("energy_uj_per_inference", gru.point, spikes.point)} times, in time ${ratio("latency_us", gru.point, spikes.point)}. ${sentence} Why not the same number:

- **Multiplications are not what costs.** Arithmetic is ${[...new Set([spikes, gru].map((one) => part(one, "arithmetic").toFixed(1)))].join(" to ")} % of the energy. It gains less than their number (${times(arithmetic)} times), because every neuron is updated in every frame: updates are ${updates[0]} % of rec-v2's arithmetic and ${updates[1]} % of the gru's; ${cheaper}. ${holds(Math.max(...costs.map((cost) => part(cost, "arithmetic"))) < 3, "A chip without multipliers would save less than 3 %.")} What is saved is the memory traffic that each multiplication brings: a weight
  read, and a sum read and written back.
- **Weight reads follow the synaptic multiplications** (${times((cost) => cost.weightReads)} times): one event reads its row of weights, eight of them a word, whatever its payload; the element-wise ones of the cells read none.
- **State memory gains less** (${times((cost) => cost.stateAccesses)} times), and is ${part(spikes, "state memory").toFixed(0)} % of rec-v2's energy: every neuron is read, updated and written in every frame, silent
  or not. That floor does not shrink with the spikes: rec-v2 makes ${updated[0].toFixed(2)} state accesses a weight word read, the gru ${updated[1].toFixed(2)}.
- **Leakage and clock gain a little more than time** (${leakGain.toFixed(1)} times): the weight memory is the same, sized for the lstm, which the spiking network pays in leakage and in dearer reads, but the gru's update unit and memory of parameters are larger.

It is a comparison on a chip *for spikes*. ${whole((100 * spikes.events) / mostEvents)} % of the possible events happen in a frame of rec-v2, ${whole((100 * gru.events) / mostEvents)} % in one of the gru: an activation that is hardly ever exactly 0 gains nothing from events, and a
dense accelerator would keep a sum in a register over a whole row instead of reading and writing it back for each event, which is ${part(gru, "state memory").toFixed(0)} % of the energy here.`;
    },
  };
}

export const MNIST_SYSTEMS = systemsStudy({
  name: "mnist-systems",
  models: "mnist-rows",
  subject: "A row of a digit on one chip",
  about: "MNIST rows, 2 x 128 neurons, 8-bit weights, one core of 8 lanes, 22 nm, 50 MHz",
  needsData: false,
});

export const FSDD_PHONES_SYSTEMS = systemsStudy({
  name: "fsdd-phones-systems",
  models: "fsdd-phones",
  subject: "A frame of speech on one chip",
  about: "FSDD phone frames, 2 x 128 neurons, 8-bit weights, one core of 8 lanes, 22 nm, 50 MHz",
  needsData: true,
});
