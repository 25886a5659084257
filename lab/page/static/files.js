// Files that somebody drops on the page: captures, events, reports.

import { byId } from "./dom.js";
import { Engine, Failure } from "./engine.js";
import { Trace } from "./trace.js";
import { t } from "./words.js";

const most = 200_000_000; // bytes
const magics = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a]; // pcap in both orders, pcapng
const gzipMagic = 0x1f8b;

/** What a file is: "capture", "events", "report", or null. */
export function kindOfFile(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length >= 4 && (magics.includes(view.getUint32(0)) || view.getUint16(0) === gzipMagic)) return "capture";
  const head = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  if (!head.startsWith("{")) return null;
  if (head.split("\n")[0].includes('"lab.events/1"')) return "events";
  return head.includes('"lab.report/1"') ? "report" : null;
}

/** Takes files from the button and from the whole page. page says how they are shown. */
export function openFiles(page) {
  const input = byId("file");
  input.addEventListener("change", () => open(input.files[0], page));
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    open(event.dataTransfer.files[0], page);
  });
}

async function open(file, page) {
  if (!file) return;
  const { name } = file;
  const say = (sentence) => (byId("file-status").textContent = sentence);
  try {
    if (file.size > most) throw new Failure("files.big", { name, mb: most / 1e6 });
    const bytes = new Uint8Array(await file.arrayBuffer());
    const show = { capture: showCapture, events: showEvents, report: showReport }[kindOfFile(bytes)];
    if (!show) throw new Failure("files.unknown", { name });
    await show(bytes, page);
    say(t("files.shown", { name }));
  } catch (error) {
    say(error instanceof Failure ? t(error.key, error.args) : t("files.unknown", { name }));
  }
}

async function showCapture(bytes, page) {
  const trace = new Trace();
  const complaints = [];
  const engine = new Engine(page.program());
  const { code } = await engine.run(["trace", "--read", "-", "--lang", page.language()], {
    input: bytes,
    onEvents: (events) => trace.add(events),
    onText: (stream, text) => stream === "errors" && complaints.push(text),
  });
  engine.stop();
  const said = complaints.join(" ").trim();
  if (code !== 0 || !trace.experiments.length) throw new Failure("files.refused", { said });
  page.showFile(trace.finish());
}

async function showEvents(bytes, page) {
  const trace = new Trace();
  const engine = new Engine();
  await engine.read(bytes, (events) => trace.add(events)).catch(({ args }) => {
    throw new Failure("files.refused", { said: args.message });
  });
  engine.stop();
  page.showFile(trace.finish());
}

async function showReport(bytes, page) {
  page.results.showReport(JSON.parse(new TextDecoder().decode(bytes)));
}
