/**
 * A second SANA-FE simulator: slow, obvious, and sharing nothing with the first.
 *
 * It adds joules and seconds action by action as they occur, whereas the first counts and prices at the end. Synaptic
 * input is stored in a map by absolute step, hops are walked one by one, and it runs the description, not its text.
 */
import type { AttributeMap, CorePart, EdgePart, PairPart, Price, TilePart } from "./description.js";

export interface PlainStep {
  fired: number;
  updated: number;
  packets: number;
  hops: number;
  events: number;
  synapseJ: number;
  dendriteJ: number;
  somaJ: number;
  networkJ: number;
  simpleS: number;
  /** Neurons that fired and whose core is buffered before axon_out. */
  lateFired: number;
}

interface Placed {
  readonly name: string;
  readonly core: number;
  readonly a: AttributeMap;
  readonly model: string;
  readonly dendrite: CorePart["dendrites"][number];
  readonly soma: CorePart["somas"][number];
  readonly inbox: Map<number, number>;
  readonly out: EdgePart[];
  v: number;
  u: number;
  wait: number;
  age: number;
  /** The neuron has fired, and its spike is not sent yet. */
  owes: boolean;
}

const num = (a: AttributeMap, name: string, otherwise: number): number => Number(a[name] ?? otherwise);

/** 0 idle, 1 updated, 2 fired. */
function leakyIntegrateFire(n: Placed, input: number | undefined): 0 | 1 | 2 {
  const { a } = n;
  const works = n.v !== 0 || input !== undefined || num(a, "bias", 0) !== 0 || a.force_update === true;
  if (n.age > 0) {
    n.u = n.u * num(a, "input_decay", 0);
    n.v = n.v * num(a, "leak_decay", 1);
  }
  n.age++;
  const scaled = n.v * 64;
  n.v = (scaled < 0 ? Math.ceil(scaled) : Math.floor(scaled)) / 64;
  let spikes = false;
  if (n.wait === 0) {
    n.v += num(a, "bias", 0);
    if (input !== undefined) n.u += input;
    n.v += n.u;
    spikes = n.v > num(a, "threshold", 0);
    if (spikes) {
      n.wait = num(a, "refractory_delay", 0);
      const mode = a.reset_mode ?? "hard";
      if (mode === "hard") n.v = num(a, "reset", 0);
      if (mode === "soft") n.v -= num(a, "threshold", 0);
    }
  }
  const low = num(a, "reverse_threshold", 0);
  if (n.v < low) {
    switch (a.reverse_reset_mode ?? "none") {
      case "soft":
        n.v -= low;
        break;
      case "hard":
        n.v = num(a, "reverse_reset", 0);
        break;
      case "saturate":
        n.v = low;
    }
  }
  n.wait = Math.max(0, n.wait - 1);
  if (spikes) return 2;
  return works ? 1 : 0;
}

function trueNorth(n: Placed, input: number | undefined): 0 | 1 | 2 {
  const { a } = n;
  const works = n.v !== 0 || input !== undefined || num(a, "bias", 0) !== 0 || a.force_update === true;
  const leak = num(a, "leak", 0);
  n.v += a.leak_towards_zero === false ? leak : -Math.sign(n.v) * leak;
  n.v += num(a, "bias", 0);
  n.v += input ?? 0;
  const [high, low] = [num(a, "threshold", 0), num(a, "reverse_threshold", 0)];
  if (n.v >= high) {
    const after = { none: n.v, hard: num(a, "reset", 0), soft: n.v - high, saturate: high };
    n.v = after[(a.reset_mode ?? "hard") as keyof typeof after];
    return 2;
  }
  if (n.v <= low) {
    const after = { none: n.v, hard: num(a, "reverse_reset", 0), soft: n.v + low, saturate: low };
    n.v = after[(a.reverse_reset_mode ?? "none") as keyof typeof after];
  }
  return works ? 1 : 0;
}

function inputNeuron({ a }: Placed, step: number): 0 | 2 {
  const list = (a.spikes ?? []) as readonly number[];
  if (list[step - 1]) return 2;
  const rate = num(a, "rate", 0);
  return rate > 0 && step % Math.floor(1 / rate) === 0 ? 2 : 0;
}

/** Runs `steps` steps; spikes as `name@step`. */
export function plainRun(pair: PairPart, steps: number): { steps: PlainStep[]; spikes: Set<string> } {
  const tiles: { x: number; y: number; part: TilePart; firstCore: number }[] = [];
  const cores: { tile: number; part: CorePart }[] = [];
  for (const part of pair.chip.tiles)
    for (let copy = 0; copy < part.copies; copy++) {
      const id = tiles.length;
      tiles.push({ x: Math.trunc(id / pair.chip.height), y: id % pair.chip.height, part, firstCore: cores.length });
      for (const core of part.cores) for (let k = 0; k < core.copies; k++) cores.push({ tile: id, part: core });
    }
  const neurons = pair.neurons.map((neuron): Placed => {
    const core = (tiles[neuron.tile]?.firstCore ?? 0) + neuron.offset;
    const part = cores[core]?.part;
    const soma = part.somas.find((one) => one.name === neuron.soma) ?? part.somas[0];
    const dendrite = part.dendrites.find((one) => one.name === neuron.dendrite) ?? part.dendrites[0];
    return {
      ...{ name: `${pair.groups[neuron.group]?.name}.${neuron.index}`, core, a: neuron.attributes, model: soma.model, dendrite, soma },
      ...{ inbox: new Map(), out: [], v: num(neuron.attributes, "potential", 0), u: 0, wait: 0, age: 0, owes: false },
    };
  });
  for (const edge of pair.edges) for (const one of "synapses" in edge ? edge.synapses : [edge]) neurons[one.from]?.out.push(one);

  const inUse = new Set(neurons.map((n) => cores[n.core]?.tile)).size;
  let sync = 0;
  if (typeof pair.chip.sync === "number") sync = pair.chip.sync;
  else {
    sync = pair.chip.sync[0]?.[1] ?? 0;
    for (const [key, value] of pair.chip.sync) if (key <= inUse) sync = value;
  }

  const spikes = new Set<string>();
  const out: PlainStep[] = [];
  for (let step = 1; step <= steps; step++) {
    const sums: PlainStep = {
      fired: 0,
      updated: 0,
      packets: 0,
      hops: 0,
      events: 0,
      synapseJ: 0,
      dendriteJ: 0,
      somaJ: 0,
      networkJ: 0,
      simpleS: 0,
      lateFired: 0,
    };
    const generation = cores.map((): number[] => []);
    const processing = cores.map(() => 0);
    const mail: { from: number; to: number; synapses: EdgePart[] }[] = [];
    /** The units behind a neuron's buffer; returns whether it fires. */
    const work = (n: Placed, part: CorePart, spend: (price: Price) => number): boolean => {
      sums.somaJ += spend(n.soma.access);
      if (part.buffer === "before dendrite" || part.buffer === "in dendrite") sums.dendriteJ += spend(n.dendrite.update);
      const input = n.inbox.get(step);
      const state =
        n.model === "input" ? inputNeuron(n, step) : n.model === "truenorth" ? trueNorth(n, input) : leakyIntegrateFire(n, input);
      if (state > 0) {
        sums.updated++;
        sums.somaJ += spend(n.soma.update);
      }
      if (state < 2) return false;
      sums.fired++;
      spikes.add(`${n.name}@${step}`);
      sums.somaJ += spend(n.soma.spike);
      return true;
    };
    cores.forEach(({ part }, id) => {
      let pending = 0;
      for (const number of pair.mapped) {
        const n = neurons[number];
        if (n.core !== id) continue;
        const spend = (price: Price): number => {
          pending += price.s;
          return price.j;
        };
        const sends = part.buffer === "axon_out" ? n.owes : work(n, part, spend);
        n.owes = false;
        if (!sends) continue;
        const targets = [...new Set(n.out.map((edge) => neurons[edge.to]?.core))].sort((p, q) => p - q);
        for (const to of targets) {
          sums.networkJ += part.axonOut.j;
          generation[id]?.push(pending + part.axonOut.s);
          pending = 0;
          mail.push({ from: id, to, synapses: n.out.filter((edge) => neurons[edge.to]?.core === to) });
        }
      }
      if (pending > 0) generation[id]?.push(pending);
      for (const unit of part.synapses) if (unit.everyStep) sums.synapseJ += unit.spike.j;
      for (const unit of part.dendrites) if (unit.everyStep) sums.dendriteJ += unit.update.j;
      for (const unit of part.somas) if (unit.everyStep) sums.somaJ += unit.update.j;
    });
    for (const { from, to, synapses } of mail) {
      sums.packets++;
      const target = cores[to] as { tile: number; part: CorePart };
      const [start, end] = [tiles[cores[from]?.tile ?? 0], tiles[target.tile]] as [(typeof tiles)[number], (typeof tiles)[number]];
      for (let x = start.x; x !== end.x; x += Math.sign(end.x - start.x)) {
        sums.hops++;
        sums.networkJ += end.x > start.x ? end.part.east.j : end.part.west.j;
      }
      for (let y = start.y; y !== end.y; y += Math.sign(end.y - start.y)) {
        sums.hops++;
        sums.networkJ += end.y > start.y ? end.part.north.j : end.part.south.j;
      }
      sums.networkJ += target.part.axonIn.j;
      processing[to] += target.part.axonIn.s;
      for (const edge of synapses) {
        const n = neurons[edge.to];
        const unit = target.part.synapses.find((one) => one.name === edge.synapse) ?? target.part.synapses[0];
        sums.events++;
        sums.synapseJ += unit.spike.j;
        processing[to] += unit.spike.s;
        if (target.part.buffer !== "before dendrite") {
          sums.dendriteJ += n.dendrite.update.j;
          processing[to] += n.dendrite.update.s;
        }
        // A soma before the buffer runs after the messages, and sees them in their own step.
        const due = step + (target.part.buffer === "axon_out" ? 0 : 1) + (n.dendrite.delays ? edge.delay : 0);
        n.inbox.set(due, (n.inbox.get(due) ?? 0) + edge.weight);
      }
    }
    for (const n of neurons) {
      const { part } = cores[n.core];
      if (part.buffer !== "axon_out") continue;
      n.owes = work(n, part, (price) => {
        processing[n.core] += price.s;
        return price.j;
      });
      if (n.owes) sums.lateFired++;
    }
    const busiest = cores.map((_, id) =>
      Math.max(
        (generation[id] ?? []).reduce((sum, delay) => sum + delay, 0),
        processing[id] ?? 0,
      ),
    );
    sums.simpleS = Math.max(...busiest) + sync;
    out.push(sums);
  }
  return { steps: out, spikes };
}
