/** A data set: drawn stripes as images of 28 rows of 28 pixels, in ten classes by the width of the stripes. */
export const apiVersion = 1;

const [ROWS, COLUMNS, CLASSES] = [28, 28, 10];

export default ({ createRng, refuse }) => ({
  datasets: {
    stripes: {
      about: "drawn stripes, ten widths",
      read: (path, split) => {
        if (path !== null) throw refuse("stripes", "comes without a folder", "leave out workload.path");
        const rng = createRng(split === "train" ? 1 : 2, "stripes");
        const count = split === "train" ? 100 : 20;
        const labels = Int32Array.from({ length: count }, () => rng.int(0, CLASSES - 1));
        const features = new Float32Array(count * ROWS * COLUMNS);
        labels.forEach((label, i) => {
          for (let row = 0; row < ROWS; row++)
            for (let column = 0; column < COLUMNS; column++)
              features[(i * ROWS + row) * COLUMNS + column] = Math.floor(column / (label + 1)) % 2;
        });
        const frameStart = Uint32Array.from({ length: count + 1 }, (_, i) => i * ROWS);
        return { inputs: COLUMNS, classes: CLASSES, task: "sequence", features, frameStart, labels };
      },
    },
  },
});
