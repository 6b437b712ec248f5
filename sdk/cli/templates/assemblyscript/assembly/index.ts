// Judges the event: passes at the lifecycle event that it is meant for, and refuses any other. It is a program without a
// network: the event comes on standard input, exit status 0 passes, and the last line of standard error is the reason.

import { textAt } from "./json";
import { complain, exit, readInput } from "./wasi";

function main(): void {
  const input = readInput();
  const configured = textAt(input, ["config", "event"]);
  const expected = configured ? configured : "AfterAllowTestTraffic";
  const event = textAt(input, ["lifecycle-event"]);
  if (!event) return refuse("standard input holds no event; start this program with greenlight hook run");
  if (event != expected) refuse(`the lifecycle event is ${event}, expected ${expected}`);
}

function refuse(reason: string): void {
  complain(reason);
  exit(1);
}

main();
