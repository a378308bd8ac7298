/**
 * Reads the text of a YAML file that the user names; networks and databases, which the user may have named instead, are
 * told by their first bytes. Effects: reads the file. Throws: `InputError` if it cannot be read or is binary.
 */
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { firstBytes, isFile, readText } from "../base/read-file.js";
import { YAML_LIMIT_BYTES } from "./located.js";

const START_BYTES = 512;

interface BinaryKind {
  /** First bytes, one character each. */
  readonly start: string;
  readonly is: string;
  readonly fix: (file: string) => string;
}

const KINDS: readonly BinaryKind[] = [
  {
    start: "\x89HDF\r\n\x1a\n",
    is: "is HDF5, as networks of NIR and Lava are, not YAML",
    fix: (file) => `snn-dse estimate ${shellWord(file)} runs a network; a description names it: network: { model: ${file} }`,
  },
  {
    start: "SQLite format 3\0",
    is: "is a database, as sweep writes it, not YAML",
    fix: (file) => `snn-dse pareto ${shellWord(file)} prints its front, snn-dse show ${shellWord(file)} ID a point`,
  },
  // PowerShell 5 writes it with `>`
  ...["\xff\xfe", "\xfe\xff"].map((start) => ({ start, is: "is UTF-16 text, not UTF-8", fix: () => "save it as UTF-8" })),
];
const OTHER: BinaryKind = {
  start: "",
  is: "is a binary file, not YAML",
  fix: () => "give a description; a trained model is named in it: network: { model: FILE }",
};

interface YamlOptions {
  readonly fix: string;
  /** True if a pipe is accepted. */
  readonly pipes: boolean;
}

/** `fix`: what to do if there is no such file. */
export function readYamlText(file: string, { fix, pipes }: YamlOptions = { fix: "check the path", pipes: true }): string {
  const wanted = { what: "file", mostBytes: YAML_LIMIT_BYTES, fix, ...(pipes ? { pipes } : {}) };
  // a pipe can be read once only
  if (isFile(file)) refuseBinary(file, firstBytes(file, START_BYTES, wanted));
  return readText(file, wanted);
}

function refuseBinary(file: string, start: Buffer): void {
  const text = start.toString("latin1");
  const kind = KINDS.find((one) => text.startsWith(one.start)) ?? (text.includes("\0") ? OTHER : null);
  if (kind !== null) throw inputError(file, kind.is, kind.fix(file));
}
