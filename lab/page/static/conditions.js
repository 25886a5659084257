// The conditions of the wire as the page shows them: how each is written, and what its slider offers.

const units = { ns: 1e-6, us: 1e-3, "µs": 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }; // of a duration, in ms
const rates = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/** A number as people write it: no exponent, no needless digits. */
export const plain = (n) => String(Number(n.toPrecision(6)));

/** Kinds of values. read gives the number in the unit of the field, or null; write is what the program takes. */
const kinds = {
  share: {
    unit: "%",
    read(text) {
      const [, number, percent] = /^(\d*\.?\d+)\s*(%?)$/.exec(text) ?? [];
      if (number === undefined) return null;
      const share = percent ? Number(number) : Number(number) * 100;
      return share <= 100 ? share : null;
    },
    write: (n) => `${plain(n)}%`,
    own: (value) => value * 100,
  },
  duration: {
    unit: "ms",
    read(text) {
      if (text === "0") return 0;
      if (!/^(\d*\.?\d+(ns|us|µs|ms|s|m|h))+$/.test(text)) return null;
      return [...text.matchAll(/(\d*\.?\d+)(ns|us|µs|ms|s|m|h)/g)].reduce((sum, [, n, u]) => sum + n * units[u], 0);
    },
    write: (n) => `${plain(n)}ms`,
    own: (value) => value,
  },
  rate: {
    unit: "Mbit/s",
    read(text) {
      const [, number, prefix] = /^(\d*\.?\d+)\s*([kmg]?)bit(\/s)?$/i.exec(text) ?? [];
      return number === undefined ? null : (Number(number) * rates[prefix.toLowerCase()]) / 1e6;
    },
    write: (n) => `${plain(n)}mbit`,
    own: (value) => value / 1e6,
  },
  count: {
    unit: "",
    read: (text) => (/^\d{1,7}$/.test(text) && Number(text) > 0 ? Number(text) : null),
    write: plain,
    own: (value) => value,
  },
};

/** Those with a slider. key is the name in JSON; max is the slider's end: the field takes more. */
export const conditions = [
  { name: "loss", key: "loss", kind: kinds.share, max: 50, step: 1 },
  { name: "delay", key: "delay_ms", kind: kinds.duration, max: 300, step: 1 },
  { name: "jitter", key: "jitter_ms", kind: kinds.duration, max: 100, step: 1 },
  { name: "rate", key: "rate", kind: kinds.rate, max: 100, step: 0.5 },
  { name: "limit", key: "limit", kind: kinds.count, max: 200, step: 1 },
  { name: "reorder", key: "reorder", kind: kinds.share, max: 50, step: 1 },
  { name: "duplicate", key: "duplicate", kind: kinds.share, max: 50, step: 1 },
];

/** Those that only an address names. */
const others = {
  corrupt: kinds.share,
  burst: pattern(/^\d*\.?\d+%?(\/\d+)?$/),
  exact: pattern(/^\d+\/\d+$/),
};

function pattern(form) {
  return { read: (text) => (form.test(text) ? text : null), write: (text) => text };
}

/** Every condition by name. */
export const kindOf = { ...Object.fromEntries(conditions.map(({ name, kind }) => [name, kind])), ...others };

/** The kinds of loss: one that is named replaces another of the experiment. */
export const losses = ["loss", "burst", "exact"];

/** The experiment's own conditions, of the event "start", as a user would write them. */
export function ownWords(own = {}) {
  const words = {};
  for (const { name, key, kind } of conditions) {
    if (own[key] !== undefined) words[name] = kind.write(kind.own(own[key]));
  }
  for (const name of ["burst", "exact"]) if (own[name] !== undefined) words[name] = String(own[name]);
  return words;
}
