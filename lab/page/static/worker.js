// Runs commands of the lab beside the page: they are synchronous, and would freeze it.

import { lab } from "./lab.js";
import { EventLines } from "./lines.js";

let program; // the compiled module

onmessage = ({ data }) => {
  if (data.program) program = data.program;
  else if (data.events) read(data);
  else run(data);
};

/** Runs a command; what it says is posted as it comes, and at last {done} or {broken}. */
function run({ id, args, columns, input }) {
  const lines = new EventLines((events) => postMessage({ id, events }));
  const streams = { output: new TextDecoder(), errors: new TextDecoder() };
  const say = (stream) => (bytes) => postMessage({ id, stream, text: streams[stream].decode(bytes, { stream: true }) });
  attempt(id, () => {
    const events = (bytes) => lines.push(bytes);
    const code = lab(program, args, { columns, input, output: say("output"), errors: say("errors"), events });
    lines.end();
    postMessage({ id, done: { code, leftOut: lines.leftOut } });
  });
}

/** Reads a file of events. */
function read({ id, events }) {
  const lines = new EventLines((batch) => postMessage({ id, events: batch }));
  attempt(id, () => {
    lines.push(events);
    lines.end();
    postMessage({ id, done: { code: 0, leftOut: lines.leftOut } });
  });
}

function attempt(id, work) {
  try {
    work();
  } catch (error) {
    postMessage({ id, broken: { memory: isOutOfMemory(error), message: String(error.message ?? error) } });
  }
}

const isOutOfMemory = (error) => error instanceof RangeError || /memory/i.test(error.message ?? "");
