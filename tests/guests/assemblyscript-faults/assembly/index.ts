// Goes wrong as the event's config key `behaviour` says, in the ways in which programs in AssemblyScript do. A program for WASI
// preview 1 has no network, so there is no host that could be denied: a file is.

import { complain, exit, fileIsDenied, readInput } from "./wasi";

const input = readInput();

function main(): void {
  if (input.includes("\"panic\"")) {
    const stock = new Array<i32>(0);
    complain(`${stock[input.length]} left`);
  } else if (input.includes("\"loop\"")) {
    let count = 0;
    while (true) count++;
  } else if (input.includes("\"memory\"")) {
    const held: Uint8Array[] = [];
    while (true) held.push(new Uint8Array(1 << 20).fill(1));
  } else if (fileIsDenied("/etc/hosts")) {
    complain("cannot read /etc/hosts: a plugin has no files");
    exit(1);
  }
}

main();
