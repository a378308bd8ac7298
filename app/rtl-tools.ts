/** Programs that run hardware descriptions: a part that is loaded where it is asked for only. */
export { TOOLS, versionOf } from "../rtl/index.js";
