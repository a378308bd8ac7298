/** A data set that the user has to fetch, and no place of it was given. */
import { inputError } from "../../base/errors.js";

/** `fetch`: how to get it. */
export const notShipped = (name: string, fetch: string): Error =>
  inputError(
    name,
    "does not come with this package, and its place is not given",
    `${fetch}; name the folder as workload.path in a description, as data.path in a training configuration, or with --data`,
  );
