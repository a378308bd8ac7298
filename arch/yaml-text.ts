/**
 * Reads the text of a YAML file that the user names. Effects: reads the file. Throws: `InputError` if it cannot be
 * read.
 */
import { readText } from "../base/read-file.js";
import { YAML_LIMIT_BYTES } from "./located.js";

export const readYamlText = (file: string): string =>
  readText(file, { what: "file", mostBytes: YAML_LIMIT_BYTES, fix: "check the path", pipes: true });
