/** Programs that run hardware descriptions. Only commands that need it load this file. */
export { TOOLS, versionOf } from "../rtl/index.js";
