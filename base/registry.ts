/**
 * The entries of one kind by name: the built-in ones, and those that plug-ins added in this process. Throws:
 * `InputError` if a name is taken.
 */
import { inputError, quoted } from "./errors.js";
import { didYouMean } from "./nearest.js";
import type { PluginFile } from "./plugin-file.js";

export class Registry<Entry> {
  private readonly added = new Map<string, { readonly entry: Entry; readonly by: PluginFile }>();

  /** `kind`: noun for messages, e.g. `sampler`. */
  constructor(
    readonly kind: string,
    private readonly own: { readonly [name: string]: Entry },
  ) {}

  /** The program's own. */
  get names(): readonly string[] {
    return Object.keys(this.own);
  }

  /** The program's own. */
  get entries(): readonly (readonly [string, Entry])[] {
    return Object.entries(this.own);
  }

  /** Built-in entries and those of plug-ins. */
  get all(): readonly (readonly [string, Entry])[] {
    return [...this.entries, ...[...this.added].map(([name, { entry }]) => [name, entry] as const)];
  }

  /** SHA-256 of the plug-ins that added entries. */
  get filesAdded(): ReadonlySet<string> {
    return new Set([...this.added.values()].map(({ by }) => by.sha256));
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** True if a plug-in added the entry. */
  isAdded(name: string): boolean {
    return !Object.hasOwn(this.own, name) && this.added.has(name);
  }

  /** The plug-in that added the entry; null: the program's own, or none. */
  addedBy(name: string): PluginFile | null {
    return this.isAdded(name) ? (this.added.get(name)?.by ?? null) : null;
  }

  get(name: string): Entry | undefined {
    return Object.hasOwn(this.own, name) ? this.own[name] : this.added.get(name)?.entry;
  }

  /** `name`: of plain JavaScript anything. @throws InputError with the nearest name */
  demand(name: unknown, place: string, path = ""): Entry {
    const entry = typeof name === "string" ? this.get(name) : undefined;
    if (entry !== undefined) return entry;
    const known = [...this.names, ...this.added.keys()];
    if (typeof name !== "string")
      throw inputError(place, `got ${name === null ? "null" : typeof name}, expected a ${this.kind}`, `known: ${known.join(", ")}`, path);
    throw inputError(place, `unknown ${this.kind} ${quoted(name)}`, didYouMean(name, known) || `known: ${known.join(", ")}`, path);
  }

  /** Names that an input with these `plugins` may use: the built-in ones, and those of `plugins`. */
  namesWith(plugins: readonly PluginFile[]): readonly string[] {
    const allowed = new Set(plugins.map(({ sha256 }) => sha256));
    return [...this.names, ...[...this.added].flatMap(([name, { by }]) => (allowed.has(by.sha256) ? [name] : []))];
  }

  /** Adds an entry; the same plug-in may add it twice. @throws InputError if another entry has the name */
  add(name: string, entry: Entry, by: PluginFile): void {
    const taken = this.added.get(name)?.by;
    if (taken?.sha256 === by.sha256) return;
    if (Object.hasOwn(this.own, name))
      throw inputError(by.name, `its ${this.kind} ${name} has the name of a built-in one`, "give it another name");
    if (taken !== undefined)
      throw inputError(by.name, `its ${this.kind} ${name} has the name of one of ${taken.name}`, "give one of them another name");
    this.added.set(name, { entry, by });
  }
}
