/** Which format a model file of other tools has: its name says so. */

export const isNirFile = (path: string): boolean => path.endsWith(".nir");
export const isLavaFile = (path: string): boolean => path.endsWith(".net");

/** Networks of other tools are graphs; models of our own are `.safetensors`. */
export const isGraphFile = (path: string): boolean => isNirFile(path) || isLavaFile(path);
