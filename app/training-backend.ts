export { chooseBackend } from "../training/index.js";
