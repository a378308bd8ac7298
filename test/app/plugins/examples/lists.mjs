/** Two exports: a front as a list in plain text, and all points as a line each. */
export const apiVersion = 1;

export default () => ({
  exporters: {
    list: {
      about: "a list in plain text",
      extension: "txt",
      render: ({ rows, objectives }) =>
        rows.map(({ id, metrics }) => `${id}: ${objectives.map(({ metric }) => metrics[metric]).join(" ")}\n`).join(""),
    },
  },
  pointExporters: {
    states: {
      about: "a line per point: number and state",
      extension: "txt",
      *pieces({ rows }) {
        for (const { id, state } of rows) yield `${id} ${state}\n`;
      },
    },
  },
});
