/**
 * A price model: synapse memories as MRAM, by words and bits. The numbers are made up: an example of the shape alone.
 */
export const apiVersion = 1;

export default ({ math }) => ({
  priceModels: {
    mram: {
      about: "synapse memory as MRAM",
      prices: ({ core: { synapseMemory } }) => {
        const { sizeBits, wordBits, banks } = synapseMemory;
        const source = "made up: 0.02 pJ per bit and root of the words of a bank";
        const words = sizeBits / wordBits / banks;
        return {
          synapse_memory_read_pj: { value: 0.02 * wordBits * math.pow(words, 0.5), source },
          synapse_memory_leakage_mw: { value: 0, source: "made up: non-volatile" },
        };
      },
    },
  },
});
