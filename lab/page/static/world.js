// What a WebAssembly program of the lab finds around itself: WASI preview 1, as
// far as Go programs ask for it. A world has a clock, a source of chance, and a
// few files by name; there is nothing else in it.
//
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md

const errno = { none: 0, badf: 8, inval: 28, noent: 44, nosys: 52, notdir: 54 };
const root = 3; // the descriptor of the only folder, "/"
const regularFile = 4, characterDevice = 2, folder = 3; // types of files
const clockEvent = 0; // the type of a subscription that waits for a time
const subscriptionSize = 48; // bytes

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Thrown by a program that ends itself. */
class Exit {
  constructor(code) {
    this.code = code;
  }
}

/** A world for one program. */
export class World {
  /**
   * @param {object} o
   * @param {string[]} o.args the name of the program and its arguments
   * @param {Object<string, string>} [o.env] the environment
   * @param {{now: function(): number, wall: function(): bigint, sleep: function(number): void}} o.clock in nanoseconds
   * @param {{fill: function(Uint8Array): void}} o.chance
   * @param {Object<string, object>} [o.files] by name; stdin, stdout and stderr are names, too
   */
  constructor({ args, env = {}, clock, chance, files = {} }) {
    this.args = args.map(terminated);
    this.env = Object.entries(env).map(([name, value]) => terminated(`${name}=${value}`));
    this.clock = clock;
    this.chance = chance;
    this.files = files;
    this.open = [files.stdin ?? nothing, files.stdout ?? nothing, files.stderr ?? nothing, null];
  }

  /** Runs a program to its end, and returns its exit code. */
  run(module) {
    const instance = new WebAssembly.Instance(module, this.#imports(module));
    this.memory = instance.exports.memory;
    try {
      instance.exports._start();
      return 0;
    } catch (end) {
      if (end instanceof Exit) return end.code;
      throw end;
    }
  }

  /** The functions that the module asks for. What a world has not is refused. */
  #imports(module) {
    const functions = {};
    for (const { name } of WebAssembly.Module.imports(module)) {
      const own = this[name];
      functions[name] = own ? own.bind(this) : () => errno.nosys;
    }
    return { wasi_snapshot_preview1: functions };
  }

  /** The memory, which moves when it grows. */
  get #view() {
    if (this.view?.buffer !== this.memory.buffer) this.view = new DataView(this.memory.buffer);
    return this.view;
  }

  #bytes(at, length) {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  #string(at, length) {
    return text.decode(this.#bytes(at, length).slice());
  }

  // Arguments and environment.

  args_sizes_get(count, size) {
    return this.#sizes(this.args, count, size);
  }

  args_get(places, buffer) {
    return this.#list(this.args, places, buffer);
  }

  environ_sizes_get(count, size) {
    return this.#sizes(this.env, count, size);
  }

  environ_get(places, buffer) {
    return this.#list(this.env, places, buffer);
  }

  #sizes(list, count, size) {
    this.#view.setUint32(count, list.length, true);
    this.#view.setUint32(size, list.reduce((sum, one) => sum + one.length, 0), true);
    return errno.none;
  }

  #list(list, places, buffer) {
    for (const one of list) {
      this.#view.setUint32(places, buffer, true);
      this.#bytes(buffer, one.length).set(one);
      places += 4;
      buffer += one.length;
    }
    return errno.none;
  }

  // Time and chance.

  clock_time_get(id, precision, result) {
    const wall = id === 0;
    if (wall) this.#view.setBigUint64(result, this.clock.wall(), true);
    else setNumber64(this.#view, result, this.clock.now());
    return errno.none;
  }

  /** Sleeps until the first of the times that are waited for, and reports all of them: the caller looks again. */
  poll_oneoff(subscriptions, events, count, occurred) {
    const view = this.#view;
    let first = Infinity;
    for (let i = 0; i < count; i++) {
      const s = subscriptions + subscriptionSize * i;
      if (view.getUint8(s + 8) !== clockEvent) return errno.inval; // files never keep anybody waiting
      first = Math.min(first, Number(view.getBigUint64(s + 24, true)));
      view.setBigUint64(events + 32 * i, view.getBigUint64(s, true), true);
      view.setBigUint64(events + 32 * i + 8, 0n, true);
    }
    if (first > 0) this.clock.sleep(first);
    view.setUint32(occurred, count, true);
    return errno.none;
  }

  sched_yield() {
    this.clock.now();
    return errno.none;
  }

  random_get(at, length) {
    this.chance.fill(this.#bytes(at, length));
    return errno.none;
  }

  proc_exit(code) {
    throw new Exit(code);
  }

  // Files.

  fd_prestat_get(fd, result) {
    if (fd !== root) return errno.badf;
    this.#view.setUint32(result, 0, true);
    this.#view.setUint32(result + 4, 1, true);
    return errno.none;
  }

  fd_prestat_dir_name(fd, at) {
    this.#bytes(at, 1).set(utf8.encode("/"));
    return errno.none;
  }

  path_open(fd, flags, path, length, oflags, rights, inherited, fdflags, result) {
    const file = this.files[this.#string(path, length)];
    if (!file) return errno.noent;
    this.open.push(file);
    this.#view.setInt32(result, this.open.length - 1, true);
    return errno.none;
  }

  path_filestat_get(fd, flags, path, length, result) {
    const name = this.#string(path, length);
    if (!this.files[name]) return errno.noent;
    return this.#stat(regularFile, result);
  }

  fd_filestat_get(fd, result) {
    if (fd >= this.open.length) return errno.badf;
    return this.#stat(this.#type(fd), result);
  }

  #stat(type, result) {
    this.#bytes(result, 64).fill(0);
    this.#view.setUint8(result + 16, type);
    return errno.none;
  }

  fd_fdstat_get(fd, result) {
    if (fd >= this.open.length) return errno.badf;
    this.#bytes(result, 24).fill(0xff); // with all rights
    this.#view.setUint8(result, this.#type(fd));
    this.#view.setUint16(result + 2, 0, true);
    return errno.none;
  }

  #type(fd) {
    if (fd === root) return folder;
    return fd < root ? characterDevice : regularFile;
  }

  fd_fdstat_set_flags() {
    return errno.none;
  }

  fd_close(fd) {
    this.open[fd]?.close?.();
    this.open[fd] = null;
    return errno.none;
  }

  fd_read(fd, places, count, result) {
    return this.#each(fd, "read", places, count, result);
  }

  fd_write(fd, places, count, result) {
    return this.#each(fd, "write", places, count, result);
  }

  /** Reads or writes several pieces of memory, until one comes back short. */
  #each(fd, method, places, count, result) {
    const file = this.open[fd];
    if (!file?.[method]) return errno.badf;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const at = this.#view.getUint32(places + 8 * i, true);
      const length = this.#view.getUint32(places + 8 * i + 4, true);
      const done = file[method](this.#bytes(at, length));
      total += done;
      if (done < length) break;
    }
    this.#view.setUint32(result, total, true);
    return errno.none;
  }
}

const terminated = (s) => utf8.encode(s + "\0");

/** Writes a whole number below 2^53 as 64 bits: BigInt would take longer, and clocks are read all the time. */
function setNumber64(view, at, n) {
  view.setUint32(at, n % 0x1_0000_0000, true);
  view.setUint32(at + 4, Math.floor(n / 0x1_0000_0000), true);
}

/** A file that is empty, and forgets what is written to it. */
const nothing = { read: () => 0, write: (bytes) => bytes.length };

/** A file to read from. */
export class Source {
  constructor(bytes) {
    this.left = bytes;
  }

  read(into) {
    const some = this.left.subarray(0, into.length);
    into.set(some);
    this.left = this.left.subarray(some.length);
    return some.length;
  }
}

/** A file to write into: every piece goes to a function. */
export class Sink {
  constructor(take) {
    this.take = take;
  }

  write(bytes) {
    this.take(bytes.slice());
    return bytes.length;
  }
}
