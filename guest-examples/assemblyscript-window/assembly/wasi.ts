// The three functions of WASI preview 1 that a command needs: read standard input, write standard error, exit.

@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: u32, buffers: usize, count: u32, read: usize): u32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, buffers: usize, count: u32, written: usize): u32;
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(status: u32): void;
@external("wasi_snapshot_preview1", "clock_time_get")
declare function clock_time_get(clock: u32, precision: u64, time: usize): u32;

const CHUNK = 4096;

// A buffer as WASI has it: where it begins and how long it is; then the place for a count or a time.
const slot = memory.data(16, 8);

/** All of standard input, as text. */
export function readInput(): string {
  let text = new Uint8Array(0);
  const chunk = new ArrayBuffer(CHUNK);
  while (true) {
    store<u32>(slot, changetype<usize>(chunk));
    store<u32>(slot, CHUNK, 4);
    if (fd_read(0, slot, 1, slot + 8) != 0) break;
    const count = load<u32>(slot, 8);
    if (count == 0) break;
    const longer = new Uint8Array(text.length + count);
    longer.set(text);
    longer.set(Uint8Array.wrap(chunk, 0, count), text.length);
    text = longer;
  }
  return String.UTF8.decode(text.buffer);
}

/** Writes a line to standard error. */
export function complain(line: string): void {
  const bytes = String.UTF8.encode(line + "\n");
  store<u32>(slot, changetype<usize>(bytes));
  store<u32>(slot, bytes.byteLength, 4);
  fd_write(2, slot, 1, slot + 8);
}

/** Ends the program. */
export function exit(status: u32): void {
  proc_exit(status);
}

/** Milliseconds since 1970, in UTC. */
export function now(): i64 {
  assert(clock_time_get(0, 1000000, slot + 8) == 0, "there is no clock");
  return load<u64>(slot, 8) / 1000000;
}

/** What the compiler calls when an assertion fails or an index is out of bounds. */
export function fail(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message ? message : "aborted";
  const where = file ? file : "?";
  complain(`${what} at ${where}:${line}:${column}`);
  proc_exit(134);
}
