/**
 * A SANA-FE network as read: groups of neurons with attributes, edges in file order, and where each neuron is mapped.
 *
 * Neurons are numbered over groups in file order. Edges are columns of equal length.
 */
import type { ImportReport, Tree } from "./attributes.js";

export interface SanafeGroup {
  readonly name: string;
  /** Number of its first neuron. */
  readonly first: number;
  readonly size: number;
}

export interface Edges {
  readonly source: number[];
  readonly target: number[];
  readonly weight: number[];
  readonly delay: number[];
  readonly tap: number[];
  /** Unit named by the edge itself, "" for none. */
  readonly synapse: string[];
}

/** Where a neuron goes; unit names "" when not said. */
export interface Placing {
  readonly tile: number;
  readonly offset: number;
  readonly soma: string;
  readonly dendrite: string;
  readonly synapse: string;
}

export interface SanafeNetwork {
  readonly name: string;
  readonly file: string;
  readonly groups: readonly SanafeGroup[];
  /** Attributes by neuron; neurons without own ones share their group's map. */
  readonly attributes: readonly { readonly [name: string]: Tree }[];
  readonly edges: Edges;
  /** In mapping order: [neuron, place]. */
  readonly placings: readonly (readonly [number, Placing])[];
}

const MAX_NEURONS = 16_000_000;

/** Collects a network; both file forms build through it. */
export class NetworkBuilder {
  private readonly groups: SanafeGroup[] = [];
  private readonly byName = new Map<string, SanafeGroup>();
  private readonly attributes: { readonly [name: string]: Tree }[] = [];
  private readonly placings: [number, Placing][] = [];
  readonly edges: Edges = { source: [], target: [], weight: [], delay: [], tap: [], synapse: [] };

  constructor(
    readonly file: string,
    readonly report: ImportReport,
  ) {}

  addGroup(name: string, size: number, attributes: { readonly [name: string]: Tree }): SanafeGroup {
    if (this.byName.has(name)) this.report.problem(this.file, name, "a second group of this name");
    if (this.attributes.length + size > MAX_NEURONS) {
      this.report.problem(this.file, name, `more than ${MAX_NEURONS} neurons`);
      size = 0;
    }
    const group = { name, first: this.attributes.length, size };
    this.groups.push(group);
    this.byName.set(name, group);
    for (let i = 0; i < size; i++) this.attributes.push(attributes);
    return group;
  }

  group(name: string, path: string): SanafeGroup | null {
    const group = this.byName.get(name.trim()) ?? null;
    if (group === null)
      this.report.problem(
        this.file,
        path,
        `group ${name.trim()} does not exist; groups: ${[...this.byName.keys()].slice(0, 8).join(", ")}`,
      );
    return group;
  }

  addAttributes(neuron: number, own: { readonly [name: string]: Tree }): void {
    this.attributes[neuron] = { ...this.attributes[neuron], ...own };
  }

  /** Neuron numbers of `group.3`, `group.0..3` or `group`; empty (and a problem) when there is no such neuron. */
  neurons(text: string, path: string): number[] {
    const match = /^(.+?)(?:\.(\d+)(?:\.\.(\d+))?)?$/.exec(text.trim());
    const group = this.group(match?.[1] ?? text, path);
    if (match === null || group === null) return [];
    const first = match[2] === undefined ? 0 : Number(match[2]);
    const last = match[3] !== undefined ? Number(match[3]) : match[2] === undefined ? group.size - 1 : first;
    if (last >= group.size || first > last) {
      this.report.problem(this.file, path, `${text.trim()}: group ${group.name} has ${group.size} neurons`);
      return [];
    }
    return Array.from({ length: last - first + 1 }, (_, i) => group.first + first + i);
  }

  addEdge(source: number, target: number, weight: number, delay: number, tap: number, synapse: string): void {
    const { edges } = this;
    edges.source.push(source);
    edges.target.push(target);
    edges.weight.push(weight);
    edges.delay.push(delay);
    edges.tap.push(tap);
    edges.synapse.push(synapse);
  }

  place(neuron: number, placing: Placing): void {
    this.placings.push([neuron, placing]);
  }

  done(name: string): SanafeNetwork {
    this.report.throwIfAny();
    return { name, file: this.file, groups: this.groups, attributes: this.attributes, edges: this.edges, placings: this.placings };
  }
}

/** `group.index` of a neuron number. */
export function neuronName(network: SanafeNetwork, neuron: number): string {
  const group = network.groups.find(({ first, size }) => neuron >= first && neuron < first + size) as SanafeGroup;
  return `${group.name}.${neuron - group.first}`;
}

/** `tile.offset` as written in mappings; null when it is not that. */
export function coreAddress(text: string): { tile: number; offset: number } | null {
  const match = /^(\d+)\.(\d+)$/.exec(text.trim());
  return match === null ? null : { tile: Number(match[1]), offset: Number(match[2]) };
}
