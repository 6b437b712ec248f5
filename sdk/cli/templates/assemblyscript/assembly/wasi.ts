// What a program needs of WASI preview 1: read standard input, write standard error, exit.

@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: u32, buffers: usize, count: u32, read: usize): u32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, buffers: usize, count: u32, written: usize): u32;
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(status: u32): void;

// A buffer as WASI has it, where it begins and how long it is; then the place for a count.
const slot = memory.data(12, 4);

/** All of standard input, as text. */
export function readInput(): string {
  let bytes = new Uint8Array(0);
  const chunk = new ArrayBuffer(4096);
  while (true) {
    store<u32>(slot, changetype<usize>(chunk));
    store<u32>(slot, chunk.byteLength, 4);
    if (fd_read(0, slot, 1, slot + 8) != 0) break;
    const count = load<u32>(slot, 8);
    if (count == 0) break;
    const longer = new Uint8Array(bytes.length + count);
    longer.set(bytes);
    longer.set(Uint8Array.wrap(chunk, 0, count), bytes.length);
    bytes = longer;
  }
  return String.UTF8.decode(bytes.buffer);
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

/** What the compiler calls when an error is thrown, an assertion fails or an index is out of bounds. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message ? message : "abort";
  const where = file ? file : "?";
  complain(`abort: ${what} in ${where}:${line}:${column}`);
  proc_exit(134);
}
