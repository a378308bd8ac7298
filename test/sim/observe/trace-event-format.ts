/**
 * Faults of a text as a trace-event file by the published format; [] if there are none. It knows no producer.
 *
 * Checks: the container; known phases; fields and types of each phase, and no others; times are not negative; B and E
 * nest and are in order of time on their thread; X slices of a thread are disjoint or nested (with B and E, so that a
 * reader can draw them); async events pair by category, id and scope; flows begin before they continue; metadata has
 * known names, once per track; counters are numbers. Times are compared in whole ns, as readers store them: Perfetto
 * rounds start and duration each. Deprecated S, T, p, F, and phases of memory dumps and objects are refused, because no
 * file here has them.
 * Source: Google, "Trace Event Format" (public document of the Trace Viewer), sections JSON Object Format and Event
 * Descriptions.
 */

type Fields = { readonly [field: string]: unknown };

/** Fields of every event besides ph; `?`: optional. */
const COMMON = ["name", "ts", "pid", "tid", "cat?", "args?", "cname?"];
const PHASES: { readonly [phase: string]: readonly string[] } = {
  B: COMMON,
  E: ["ts", "pid", "tid", "name?", "cat?", "args?", "cname?"],
  X: [...COMMON, "dur"],
  i: [...COMMON, "s?"],
  C: ["name", "ts", "pid", "args", "tid?", "cat?", "id?", "cname?"],
  M: ["name", "pid", "args", "tid?", "ts?", "cat?"],
  ...Object.fromEntries(["b", "n", "e"].map((phase) => [phase, ["name", "cat", "id", "ts", "pid", "tid?", "args?", "scope?"]])),
  ...Object.fromEntries(["s", "t", "f"].map((phase) => [phase, ["name", "id", "ts", "pid", "tid", "cat?", "args?", "bp?"]])),
};

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isTime = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const TYPES: { readonly [field: string]: (value: unknown) => boolean } = {
  ...{ name: isText, cat: isText, cname: isText, scope: isText, ts: isTime, dur: isTime, pid: isWhole, tid: isWhole, args: isObject },
  id: (value) => isText(value) || isWhole(value),
  s: (value) => ["g", "p", "t"].includes(value as string),
  bp: (value) => value === "e",
};
const METADATA: { readonly [name: string]: readonly [argument: string, of: string] } = {
  process_name: ["name", "string"],
  process_labels: ["labels", "string"],
  process_sort_index: ["sort_index", "number"],
  thread_name: ["name", "string"],
  thread_sort_index: ["sort_index", "number"],
};

const ns = (us: unknown): number => Math.round((us as number) * 1000);

function faultsOfEvent(event: unknown): string[] {
  if (!isObject(event)) return ["is no object"];
  const fields = PHASES[event.ph as string];
  if (typeof event.ph !== "string" || fields === undefined) return [`has the phase ${JSON.stringify(event.ph)}`];
  const found: string[] = [];
  for (const field of fields) if (!field.endsWith("?") && !(field in event)) found.push(`${event.ph} without ${field}`);
  const known = new Set(fields.map((field) => field.replace("?", "")));
  for (const [field, value] of Object.entries(event)) {
    if (field === "ph") continue;
    if (!known.has(field)) found.push(`${event.ph} with ${field}`);
    else if (!(TYPES[field] as (v: unknown) => boolean)(value)) found.push(`${event.ph} with ${field} ${JSON.stringify(value)}`);
  }
  if (found.length > 0) return found;
  if (event.ph === "C") {
    const values = Object.values(event.args as Fields);
    if (values.length === 0 || !values.every((value) => typeof value === "number" && Number.isFinite(value)))
      found.push("C not of numbers");
  }
  if (event.ph === "M") {
    const rule = METADATA[event.name as string];
    if (rule === undefined) found.push(`M named ${event.name}`);
    else if (typeof (event.args as Fields)[rule[0]] !== rule[1]) found.push(`M ${event.name} without ${rule[0]}`);
    else if ((event.name as string).startsWith("thread") && !("tid" in event)) found.push(`M ${event.name} without tid`);
  }
  return found;
}

/** Slices of one thread that are neither disjoint nor nested. */
function crossings(slices: readonly { readonly name: string; readonly from: number; readonly until: number }[]): string[] {
  const found: string[] = [];
  const open: (typeof slices)[number][] = [];
  for (const slice of [...slices].sort((a, b) => a.from - b.from || b.until - a.until)) {
    while (open.length > 0 && open[open.length - 1].until <= slice.from) open.pop();
    const around = open[open.length - 1];
    if (around !== undefined && slice.until > around.until) found.push(`${slice.name} at ${slice.from} ns ends behind ${around.name}`);
    open.push(slice);
  }
  return found;
}

function faultsOfOrder(events: readonly Fields[]): string[] {
  const found: string[] = [];
  const of = <T>(map: Map<string, T[]>, key: string): T[] => {
    const known = map.get(key) ?? [];
    map.set(key, known);
    return known;
  };
  const slices = new Map<string, { name: string; from: number; until: number }[]>();
  const durations = new Map<string, Fields[]>();
  const latest = new Map<string, number>();
  const asyncs = new Map<string, Fields[]>();
  const flows = new Set<string>();
  const named = new Set<string>();
  for (const event of events) {
    const track = `${event.pid}/${event.tid}`;
    const id = JSON.stringify([event.cat, event.scope, event.id]);
    if (event.ph === "X") of(slices, track).push({ name: event.name as string, from: ns(event.ts), until: ns(event.ts) + ns(event.dur) });
    if (event.ph === "B" || event.ph === "E") {
      if (ns(event.ts) < (latest.get(track) ?? 0)) found.push(`${event.ph} at ${event.ts} on ${track} comes before an earlier one`);
      latest.set(track, ns(event.ts));
      if (event.ph === "B") of(durations, track).push(event);
      else {
        const begun = of(durations, track).pop();
        if (begun === undefined) found.push(`E at ${event.ts} on ${track} without B`);
        else {
          if (event.name !== undefined && event.name !== begun.name) found.push(`E of ${event.name} ends B of ${begun.name}`);
          of(slices, track).push({ name: begun.name as string, from: ns(begun.ts), until: ns(event.ts) });
        }
      }
    }
    if (event.ph === "b") of(asyncs, id).push(event);
    if (event.ph === "n" && of(asyncs, id).length === 0) found.push(`n ${id} outside of b and e`);
    if (event.ph === "e") {
      const begun = of(asyncs, id).pop();
      if (begun === undefined) found.push(`e ${id} without b`);
      else if (begun.name !== event.name) found.push(`e of ${event.name} ends b of ${begun.name}`);
      else if (ns(event.ts) < ns(begun.ts)) found.push(`e ${id} before its b`);
    }
    if (event.ph === "s") flows.add(id);
    if ((event.ph === "t" || event.ph === "f") && !flows.has(id)) found.push(`${event.ph} ${id} without s`);
    if (event.ph === "f") flows.delete(id);
    if (event.ph === "M") {
      const key = `${event.name} of ${(event.name as string).startsWith("thread") ? track : event.pid}`;
      if (named.has(key)) found.push(`${key} twice`);
      named.add(key);
    }
  }
  for (const [track, open] of durations) if (open.length > 0) found.push(`B of ${open[0].name} on ${track} never ends`);
  for (const [id, open] of asyncs) if (open.length > 0) found.push(`b ${id} never ends`);
  for (const [track, all] of slices) found.push(...crossings(all).map((fault) => `${track}: ${fault}`));
  return found;
}

export function traceEventFaults(text: string): string[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return ["is no JSON"];
  }
  if (isObject(file) && !["ms", "ns", undefined].includes(file.displayTimeUnit as string))
    return [`displayTimeUnit ${file.displayTimeUnit}`];
  const events = Array.isArray(file) ? file : isObject(file) ? file.traceEvents : undefined;
  if (!Array.isArray(events)) return ["has no list of events"];
  const faults = events.flatMap((event, i) => faultsOfEvent(event).map((fault) => `event ${i} ${fault}`));
  return faults.length > 0 ? faults : faultsOfOrder(events as Fields[]);
}
