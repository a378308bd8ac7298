/** Lets Node load TypeScript of this repository: `node --import` of this file, as the tests' setup does. */
import { register } from "node:module";

register("./load-sources.mjs", import.meta.url);
process.setSourceMapsEnabled(true); // errors name lines as they are written
