/**
 * A SANA-FE network as read: groups of neurons with attributes, edges in the order of the file, and the mapping of each
 * neuron.
 *
 * Neurons are numbered over the groups in the order of the file.
 */
import { type ImportReport, mergedMap } from "./attributes.js";
import { EdgeColumns } from "./edge-columns.js";
import type { Tree } from "./tree.js";

export type Fields = { readonly [name: string]: Tree };

/** Attributes of a neuron for each kind of unit. */
export interface UnitAttributes {
  readonly soma: Fields;
  readonly dendrite: Fields;
  readonly synapse: Fields;
}

/**
 * Attributes apply to every kind of unit; those in a section `soma: {...}`, `dendrite: {...}` or `synapse: {...}` only
 * to that kind.
 */
export function attributesByUnit(map: Fields): UnitAttributes {
  const { attributes, soma, dendrite, synapse, ...own } = map;
  const sections = Object.entries({ soma, dendrite, synapse });
  // a section that is just a text is treated as an unknown attribute
  const texts = sections.filter(([, tree]) => typeof tree === "string" && tree !== "");
  const common = { ...own, ...mergedMap(attributes), ...Object.fromEntries(texts) } as Fields;
  const seenBy = (section: Tree | undefined): Fields => {
    const special = mergedMap(section);
    return Object.keys(special).length === 0 ? common : { ...common, ...special };
  };
  return { soma: seenBy(soma), dendrite: seenBy(dendrite), synapse: seenBy(synapse) };
}

/** Merges attributes; own ones replace those of the base. */
function overlaid(base: UnitAttributes, own: UnitAttributes): UnitAttributes {
  const soma = { ...base.soma, ...own.soma };
  const isShared = [base, own].every((one) => one.soma === one.dendrite && one.soma === one.synapse);
  if (isShared) return { soma, dendrite: soma, synapse: soma };
  return { soma, dendrite: { ...base.dendrite, ...own.dendrite }, synapse: { ...base.synapse, ...own.synapse } };
}

export interface SanafeGroup {
  readonly name: string;
  /** Number of its first neuron. */
  readonly first: number;
  readonly size: number;
}

/** Mapping of a neuron; a unit's name is "" if it is not given. */
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
  /** Attributes by neuron; neurons without their own share their group's object. */
  readonly attributes: readonly UnitAttributes[];
  /** Whether a neuron has attributes of its own. */
  readonly hasOwn: Uint8Array;
  readonly edges: EdgeColumns;
  /** Mapped neurons and their places, in the order of mapping. */
  readonly placed: readonly number[];
  readonly placings: readonly Placing[];
}

const MAX_NEURONS = 16_000_000;

/** Collects a network; both file formats use it. */
export class NetworkBuilder {
  private readonly groups: SanafeGroup[] = [];
  private readonly byName = new Map<string, SanafeGroup>();
  private readonly attributes: UnitAttributes[] = [];
  private hasOwn = new Uint8Array(0);
  private readonly placed: number[] = [];
  private readonly placings: Placing[] = [];
  private readonly overlays = new Map<UnitAttributes, Map<UnitAttributes, UnitAttributes>>();
  readonly edges: EdgeColumns;

  constructor(
    readonly file: string,
    readonly report: ImportReport,
  ) {
    this.edges = new EdgeColumns(file);
  }

  addGroup(name: string, size: number, attributes: UnitAttributes): SanafeGroup {
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

  /** The group of this name; null if there is none. */
  named(name: string): SanafeGroup | null {
    return this.byName.get(name) ?? null;
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

  addAttributes(neuron: number, own: UnitAttributes): void {
    const base = this.attributes[neuron];
    let known = this.overlays.get(base);
    if (known === undefined) {
      known = new Map();
      this.overlays.set(base, known);
    }
    let both = known.get(own);
    if (both === undefined) {
      both = overlaid(base, own);
      known.set(own, both);
    }
    this.attributes[neuron] = both;
    if (this.hasOwn.length < this.attributes.length) {
      const larger = new Uint8Array(this.attributes.length);
      larger.set(this.hasOwn);
      this.hasOwn = larger;
    }
    this.hasOwn[neuron] = 1;
  }

  /**
   * Neuron numbers of `group.3`, `group.0..3` or `group`; empty (with a problem reported) if there is no such neuron.
   */
  neurons(text: string, path: string): number[] {
    const name = text.trim();
    // A group's name may look like a neuron's: `layer.1` is a neuron of `layer` if there is a group `layer`.
    const match = /^(.+?)(?:\.(\d+)(?:\.\.(\d+))?)?$/.exec(name);
    const isGroup = this.byName.has(name) && !this.byName.has(match?.[1] ?? name);
    if (isGroup) return this.range(this.byName.get(name) as SanafeGroup, 0, null, name, path);
    const group = this.group(match?.[1] ?? text, path);
    if (match === null || group === null) return [];
    if (match[2] === undefined) return this.range(group, 0, null, name, path);
    return this.range(group, Number(match[2]), Number(match[3] ?? match[2]), name, path);
  }

  /** `last`: null for all neurons to the group's end. */
  private range(group: SanafeGroup, first: number, last: number | null, text: string, path: string): number[] {
    const end = last ?? group.size - 1;
    if (last !== null && (end >= group.size || first > end)) {
      this.report.problem(this.file, path, `${text}: group ${group.name} has ${group.size} neurons`);
      return [];
    }
    return Array.from({ length: end - first + 1 }, (_, i) => group.first + first + i);
  }

  place(neuron: number, placing: Placing): void {
    this.placed.push(neuron);
    this.placings.push(placing);
  }

  done(name: string): SanafeNetwork {
    this.report.throwIfAny();
    const { file, groups, attributes, edges, placed, placings } = this;
    const hasOwn = new Uint8Array(attributes.length);
    hasOwn.set(this.hasOwn);
    return { name, file, groups, attributes, hasOwn, edges, placed, placings };
  }
}

/** `group.index` of a neuron number. */
export function neuronName(network: SanafeNetwork, neuron: number): string {
  const { groups } = network;
  // the last group that begins at or before it; a group without neurons begins where the next one does
  let [low, high] = [0, groups.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (groups[middle].first <= neuron) low = middle;
    else high = middle - 1;
  }
  const group = groups[low];
  return `${group.name}.${neuron - group.first}`;
}

/** `tile.offset` of a mapping; null if the text has another form. */
export function coreAddress(text: string): { tile: number; offset: number } | null {
  const match = /^(\d+)\.(\d+)$/.exec(text.trim());
  return match === null ? null : { tile: Number(match[1]), offset: Number(match[2]) };
}
