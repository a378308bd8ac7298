/** The reader of NIR networks. Only NIR networks load this file. */
export { readNirNetwork } from "../arch/index.js";
