/** The report's sentences about prices, and about an FPGA in place of silicon. Pure text. */
import { FPGA_DEVICES, type FpgaName, fpgaLaws, MEMORY_KIND_NAMES } from "../../arch/index.js";
import { type Json, sha256 } from "../../base/hash.js";
import { partsWithoutPrice } from "../../sim/index.js";
import type { ReportData } from "./data.js";
import { isSearched, settingValues } from "./searched.js";

/** FPGAs of the points; null: silicon. */
const placesOf = (data: ReportData): readonly (FpgaName | null)[] =>
  settingValues(data, "chip.fpga").map((name) =>
    typeof name === "string" && Object.hasOwn(FPGA_DEVICES, name) ? (name as FpgaName) : null,
  );

/** FPGAs of the points that are not silicon. */
export const fpgasOf = (data: ReportData): readonly FpgaName[] => placesOf(data).filter((name) => name !== null);

/** True if every point is logic of an FPGA. */
function isOnFpga(data: ReportData): boolean {
  const places = placesOf(data);
  return places.length > 0 && places.every((name) => name !== null);
}

/** True if the energy of some point is known: on an FPGA, if the description prices all of the chip's work. */
export const hasEnergy = (data: ReportData): boolean => !isOnFpga(data) || Object.hasOwn(data.points.columns, "energy_uj_per_inference");

/** Settings of silicon. */
const OF_SILICON: readonly string[] = [
  ...["chip.technology_nm", "chip.sram_cell", "chip.voltage_v", "chip.temperature_k", "chip.corner"],
  "noc.link_length_mm",
];

/** True for a setting that nothing reads: one of silicon, on an FPGA without a price that could name it. */
export const isUnread = (data: ReportData, path: string): boolean => !hasEnergy(data) && OF_SILICON.includes(path);

interface Prices {
  readonly [name: string]: Json | undefined;
}

const pricesOf = ({ document }: ReportData): Prices => ((document ?? {}) as { readonly prices?: Prices }).prices ?? {};

function ownPricesOf(data: ReportData): Prices {
  const { basis: _, macros: __, ...own } = pricesOf(data);
  return own;
}

/** Prices of the description that were not searched. */
const fixedPrices = (data: ReportData): readonly OwnPrice[] =>
  Object.entries(ownPricesOf(data)).flatMap(([name, price]) => (isSearched(data, `prices.${name}`) ? [] : [ownPrice(name, price)]));

/** Where the prices come from: the library's basis, and what the description puts in its place. */
export function priceSentences(data: ReportData): string {
  const fpgas = fpgasOf(data);
  const put = ownPriceTexts(fixedPrices(data));
  const instead = isOnFpga(data) ? "Prices are those of the description" : "In their place stand prices of the description";
  const without = !hasEnergy(data) ? [] : [...new Set(data.sources.flatMap((text) => partsWithoutPrice([lineOf(text)])))];
  return [
    ...(fpgas.length === 0 ? [] : fpgaSentences(data, fpgas)),
    ...(isOnFpga(data) ? [] : [basisSentence(data)]),
    ...modelSentence(data),
    ...kindSentence(data),
    ...(put.length === 0 ? [] : [`${instead}: ${put.join(", ")}`]),
    ...(isOnFpga(data) ? [] : tableSentences(data)),
    ...(without.length === 0
      ? []
      : [
          `Without a price, and so in no energy: ${without.join(", ")}${data.otherBuild.length === 0 ? "" : ", and all that the build that computed them did not count"}`,
        ]),
  ]
    .map((sentence) => `${sentence}.`)
    .join(" ");
}

/** A line of a breakdown, as the report's sources hold it. */
function lineOf(text: string): { readonly component: string; readonly source: string; readonly energyPj: null } {
  const at = text.indexOf(": ");
  return { component: text.slice(0, at), source: text.slice(at + 2), energyPj: null };
}

function fpgaSentences(data: ReportData, names: readonly FpgaName[]): readonly string[] {
  const devices = names.map((name) => FPGA_DEVICES[name]);
  const laws = [...new Set(devices.map(({ family }) => family))].map((family) => {
    const { lutSigma, flipFlopSigma, source } = fpgaLaws(family);
    const error = (sigma: number): string => sigma.toPrecision(2);
    return `laws for ${family} from ${source}, with standard deviations of the logarithm of ${error(lutSigma)} and ${error(flipFlopSigma)}`;
  });
  const which = isOnFpga(data) ? "The chips are" : "Points with chip.fpga are";
  return [
    `${which} logic of an FPGA, ${devices.map(({ part }) => part).join(" or ")}: look-up tables and flip-flops of cores follow ${laws.join(" and ")}, those of routers and address generators follow laws of their own, block RAMs and multipliers are counted by the shapes of the device`,
    `The component library has no price of an FPGA, so ${hasEnergy(data) && isOnFpga(data) ? "energy is known only where the description prices all of a chip's work, and area is unknown" : "energy and area are unknown there"}`,
  ];
}

function basisSentence(data: ReportData): string {
  const bases: { readonly [basis: string]: string } = {
    silicon:
      "Prices are those of the component library, multiplied by factors that were measured on published chips; the source of each line of a breakdown states its factor",
    library: "Prices are those of the component library as its models give them, without factors to silicon",
  };
  if (isSearched(data, "prices.basis")) return "Prices are those of the component library on the basis that was searched";
  return bases[String(pricesOf(data).basis)] ?? "Prices are those of the component library";
}

/** What a price model of a plug-in puts in place of the library's prices. */
function modelSentence(data: ReportData): readonly string[] {
  const path = "chip.price_model";
  if (isSearched(data, path)) return ["In their place stand prices of the plug-in's price model that was searched"];
  const [model] = settingValues(data, path);
  return typeof model === "string" ? [`In their place stand prices of the plug-in's price model ${model}`] : [];
}

/** Memories whose kind a plug-in brings, in all points. */
function kindSentence(data: ReportData): readonly string[] {
  const searched = data.parameters.flatMap(({ path }) => (KIND.test(path) ? settingValues(data, path) : []));
  const isOwn = (kind: Json): kind is string => typeof kind === "string" && !(MEMORY_KIND_NAMES as readonly string[]).includes(kind);
  const kinds = [...new Set([...kindsIn(data.document ?? null), ...searched].filter(isOwn))];
  return kinds.length === 0 ? [] : [`Memories of kind ${kinds.join(" and of kind ")} are priced by a plug-in, without a factor`];
}

const KIND = /\b(synapse|state)_memory\.kind$/;

/** Kinds of memories that a description names, at any core. */
function kindsIn(value: Json, path = ""): readonly Json[] {
  if (KIND.test(path)) return [value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => kindsIn(inner, `${path}.${key}`));
}

interface OwnPrice {
  readonly name: string;
  readonly value: string | number;
  readonly error: string;
  /** In brackets; empty: none is given. */
  readonly source: string;
}

function ownPrice(name: string, price: Json | undefined): OwnPrice {
  const { value, source, plus_minus_percent } = (typeof price === "object" && price !== null ? price : { value: price }) as Prices;
  return {
    name,
    value: typeof value === "string" || typeof value === "number" ? value : "unknown",
    error: errorText(plus_minus_percent),
    source: typeof source === "string" ? ` (${source})` : "",
  };
}

/** `synapse_memory_read_pj 3.1, plus or minus 10 % (data sheet)`; prices of 0 with one source are told together. */
function ownPriceTexts(prices: readonly OwnPrice[]): readonly string[] {
  const zeros = new Map<string, readonly OwnPrice[]>();
  for (const one of prices) if (one.value === 0) zeros.set(one.source, [...(zeros.get(one.source) ?? []), one]);
  const together = [...zeros].filter(([, alike]) => alike.length > 1);
  const told = new Set(together.flatMap(([, alike]) => alike));
  return [
    ...prices.flatMap((one) => (told.has(one) ? [] : [`${one.name} ${one.value}${one.error}${one.source}`])),
    ...together.map(([source, alike]) => `${alike.length} prices of 0${source}`),
  ];
}

/** Tables of macros, each by the checksum of its text, with its rules. */
function tableSentences(data: ReportData): readonly string[] {
  const tables = Object.entries((pricesOf(data).macros ?? {}) as { readonly [name: string]: Prices });
  if (tables.length === 0) return [];
  const texts = tables.map(([name, { csv, plus_minus_percent, between, beyond, corner }]) => {
    const rules = Object.entries({ between, beyond, corner }).flatMap(([key, rule]) =>
      typeof rule === "string" ? [`, ${key} ${rule}`] : [],
    );
    const error = errorText(plus_minus_percent);
    const shared = error === "" ? "" : `${error} where a line states no error`;
    return `${name} (SHA-256 of its text ${sha256(typeof csv === "string" ? csv : "")}${shared}${rules.join("")})`;
  });
  return [`Memories that name it are priced by the description's table of macros: ${texts.join(", ")}`];
}

const errorText = (percent: Json | undefined): string => (typeof percent === "number" ? `, plus or minus ${percent} %` : "");
