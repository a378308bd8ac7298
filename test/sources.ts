/**
 * The program's files are loaded by Node itself, with their types taken out, and once per process: not by the test
 * runner, which transforms every file anew for each of its projects. Threads and child programs run what is built.
 */
import { register } from "tsx/esm/api";

const once = globalThis as { sourcesLoad?: true };
if (once.sourcesLoad === undefined) register();
once.sourcesLoad = true;
