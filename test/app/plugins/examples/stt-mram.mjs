/**
 * A kind of memory: STT-MRAM, with reads cheaper than writes, no leakage, and check bits in every word. The numbers are
 * made up: an example of the shape alone.
 */
export const apiVersion = 1;

export default ({ refuse }) => ({
  memories: {
    "stt-mram": {
      about: "STT-MRAM with check bits",
      memory: ({ sizeBits, wordBits, banks, technology }) => {
        if (wordBits < 32) throw refuse("word_bits", `STT-MRAM has words of 32 bits and more, got ${wordBits}`, "set it to 32 or more");
        const words = Math.floor(sizeBits / banks / (wordBits + 8)); // 8 check bits per word
        return {
          read_pj: 0.002 * wordBits * Math.sqrt(words),
          write_pj: 0.5 * wordBits,
          leakage_mw: 0,
          area_mm2: 4e-8 * sizeBits,
          access_ns: 2.5,
          cycle_ns: 8,
          capacity_bits: words * banks * wordBits,
          plus_minus_percent: 30,
          source: `made up, at ${technology.nodeNm} nm`,
        };
      },
    },
  },
});
