/** Recognises model files of other tools by their names. */

export const isNirFile = (path: string): boolean => path.endsWith(".nir");
export const isLavaFile = (path: string): boolean => path.endsWith(".net");

/** Networks of other tools are graphs; models of this program are `.safetensors`. */
export const isGraphFile = (path: string): boolean => isNirFile(path) || isLavaFile(path);
