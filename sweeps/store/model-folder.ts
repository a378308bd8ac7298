/**
 * Networks that a search has trained, each in a file under its recipe's key, beside the search's database. A file that
 * was changed is ignored, and its network is made again. One of another content than the database's results come from
 * is refused: some back ends give other bits on another host, and a front is of one network per recipe. What the search
 * decides by follows from its database, too, so neither lost files nor those of others change a decision. Effects:
 * reads and writes the folder.
 */
import { existsSync, lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { encodeNetwork, readModel, writeModel } from "../../arch/index.js";
import { InputError, inputError } from "../../base/errors.js";
import { followed } from "../../base/follow.js";
import { asJson, canonicalJson, type Json, sha256 } from "../../base/hash.js";
import { readText } from "../../base/read-file.js";
import { makeFolder, writeWhole } from "../../base/write-file.js";
import {
  type Curve,
  contentOf,
  type Diverged,
  errorsOf,
  type Learning,
  learningOf,
  type MadeModel,
  type ModelStore,
} from "../models/made-model.js";

const MOST_NOTE_BYTES = 1_000_000;

/** Key of a record with the checksum of the network and the rest of the record. */
const SEAL = "content_sha256";

/** Characters of a SHA-256. */
const DIGEST = 64;

const sealOf = ({ network, record }: MadeModel): string => sha256(encodeNetwork(network), canonicalJson(record));

/** What a note holds of a training that diverged. */
const note = z.strictObject({ reason: z.string(), errors: z.array(z.number().nullable()) });

/** Note of a training that diverged: a checksum, then why. */
function noteOf(key: string, why: Diverged): string {
  const text = canonicalJson(asJson(why));
  return `${sha256(key, text)} ${text}`;
}

/** What a database says of a recipe's network. */
interface Known {
  /** SHA-256 of the network; null: there is none, or not recorded. */
  readonly content: string | null;
  /** Why there is no network. */
  readonly reason: string | null;
  readonly curve: Curve;
}

/** Folder of a study's networks, beside the database's file: the same for every symbolic link to it. */
export const modelsBeside = (database: string): string => `${fileOf(database).replace(/\.db$/, "")}.models`;

function fileOf(database: string): string {
  if (lstatSync(database, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return database;
  const at = followed(database);
  return "file" in at ? at.file : database;
}

export class ModelFolder implements ModelStore {
  /** `known`: what the database beside the folder holds of its networks. */
  constructor(
    private readonly folder: string,
    private readonly known: ReadonlyMap<string, Known> = new Map(),
  ) {}

  read(key: string): MadeModel | null {
    const path = this.model(key);
    if (!existsSync(path)) return null;
    try {
      const { network, record: sealed } = readModel(path);
      const { [SEAL]: seal, ...record } = sealed as { readonly [field: string]: Json };
      const model = { network, record };
      return record.recipe === key && seal === sealOf(model) && !this.isOther(key, model) ? model : null;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  }

  isOther(key: string, { network }: MadeModel): boolean {
    const content = this.known.get(key)?.content ?? null;
    return content !== null && content !== contentOf(network);
  }

  write(key: string, model: MadeModel): void {
    if (this.isOther(key, model))
      throw inputError(
        this.model(key),
        `was trained again and is another network (SHA-256 ${contentOf(model.network).slice(0, 12)}) than that of the stored results (${this.known.get(key)?.content?.slice(0, 12)}): its back end gives other bits here`,
        "put back the folder of networks that belongs to the database, or sweep into another --db; training.backend: wasm gives the same bits everywhere",
      );
    makeFolder(this.folder);
    const record = model.record as { readonly [field: string]: Json };
    writeModel(this.model(key), model.network, { ...record, [SEAL]: sealOf(model) });
  }

  /**
   * Whether the network of another recipe, one of another build say, is the one that the database holds of this recipe.
   * If so, it is kept under both.
   */
  isSame(key: string, other: string): boolean {
    const content = this.known.get(key)?.content ?? null;
    const model = content === null ? null : this.read(other);
    if (model === null || content !== contentOf(model.network)) return false;
    if (this.read(key) === null)
      this.write(key, { ...model, record: { ...(model.record as { readonly [field: string]: Json }), recipe: key } });
    return true;
  }

  /** By a note; one that was changed says nothing: the network is trained again. */
  diverged(key: string): Diverged | null {
    const path = this.note(key);
    if (!existsSync(path)) return null;
    try {
      const text = readText(path, { what: "note", mostBytes: MOST_NOTE_BYTES, fix: "delete it" });
      const why = text.slice(DIGEST + 1);
      return text === `${sha256(key, why)} ${why}` ? note.parse(JSON.parse(why)) : null;
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  }

  keepDiverged(key: string, why: Diverged): void {
    makeFolder(this.folder);
    writeWhole(this.note(key), new TextEncoder().encode(noteOf(key, why)));
  }

  learning(key: string): Learning | null {
    const known = this.known.get(key);
    const stored = known === undefined ? null : { errors: errorsOf(known.curve), isWhole: known.reason === null };
    if (stored?.isWhole === true) return stored;
    const model = this.read(key);
    if (model !== null) return learningOf(model);
    const diverged = this.diverged(key);
    return diverged === null || (stored !== null && stored.errors.length > diverged.errors.length)
      ? stored
      : { errors: diverged.errors, isWhole: false };
  }

  /**
   * Takes a network, or why its training diverged, from another folder if this one has neither; true if it took a
   * network. A file that was changed there is not taken.
   */
  take(key: string, from: ModelFolder): boolean {
    if (this.read(key) !== null) return false;
    const model = from.read(key);
    if (model !== null) this.write(key, model);
    const diverged = model === null && this.diverged(key) === null ? from.diverged(key) : null;
    if (diverged !== null) this.keepDiverged(key, diverged);
    return model !== null;
  }

  checkpoint(run: string): string {
    makeFolder(this.folder);
    return join(this.folder, `${run}.checkpoint`);
  }

  drop(run: string): void {
    rmSync(join(this.folder, `${run}.checkpoint`), { force: true });
  }

  private model(key: string): string {
    return join(this.folder, `${key}.safetensors`);
  }

  private note(key: string): string {
    return join(this.folder, `${key}.failed`);
  }
}

/** Keeps networks in memory while the search runs. */
export class ModelsInMemory implements ModelStore {
  private readonly models = new Map<string, MadeModel>();
  private readonly notes = new Map<string, Diverged>();

  read(key: string): MadeModel | null {
    return this.models.get(key) ?? null;
  }

  isOther(): boolean {
    return false;
  }

  write(key: string, model: MadeModel): void {
    this.models.set(key, model);
  }

  diverged(key: string): Diverged | null {
    return this.notes.get(key) ?? null;
  }

  keepDiverged(key: string, why: Diverged): void {
    this.notes.set(key, why);
  }

  learning(key: string): Learning | null {
    const model = this.models.get(key);
    return model === undefined ? null : learningOf(model);
  }

  checkpoint(): null {
    return null;
  }

  drop(): void {}
}
