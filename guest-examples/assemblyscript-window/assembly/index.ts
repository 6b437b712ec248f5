// Refuses deployments outside a change window: a plain command, which reads the event from standard input and answers with
// its exit status. The last line of standard error is the reason.

import { Reader } from "./json";
import { complain, exit, now, readInput } from "./wasi";
import { Window, inWords, minutes } from "./window";

const DEFAULT_WINDOWS = "mon-thu 08:00-17:00, fri 08:00-13:00";

function main(): void {
  const event = new Reader(readInput());
  const windows = event.find(["config", "windows"]);
  const text = windows ? windows : DEFAULT_WINDOWS;
  const zone = event.find(["config", "utc_offset"]);
  const offset = zone ? utcOffset(zone) : 0;
  if (offset == i32.MIN_VALUE) return refuse(`config key \`utc_offset\` is \`${zone ? zone : ""}\`, expected such as +01:00`);

  const time = now();
  const all = text.split(",");
  for (let i = 0; i < all.length; i++) {
    const window = Window.parse(all[i]);
    if (!window) return refuse(`config key \`windows\` has \`${all[i].trim()}\`, expected such as mon-fri 09:00-16:30`);
    if (window.contains(time, offset)) return;
  }
  refuse(`now, ${inWords(time, offset)}, is outside of the change windows ${text}`);
}

function refuse(reason: string): void {
  complain(reason);
  exit(1);
}

/** Minutes of `+hh:mm` or `-hh:mm`. */
function utcOffset(text: string): i32 {
  const size = minutes(text.substr(1));
  if (size < 0 || !(text.startsWith("+") || text.startsWith("-"))) return i32.MIN_VALUE;
  return text.startsWith("-") ? -size : size;
}

main();
