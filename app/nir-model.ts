/** The reader of NIR networks, a part that is loaded for one only. */
export { readNirNetwork } from "../arch/index.js";
