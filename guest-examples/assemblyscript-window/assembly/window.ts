// Times of the week in which deployments may happen.

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTE: i64 = 60000;
const DAY: i64 = 24 * 60;

/** Days of the week and times of the day, such as `mon-thu 09:00-16:30`. */
export class Window {
  private constructor(
    private firstDay: i32,
    private lastDay: i32,
    private from: i32,
    private to: i32,
  ) {}

  /** Null when the text is no window. */
  static parse(text: string): Window | null {
    const parts = text.trim().toLowerCase().split(" ");
    if (parts.length != 2) return null;
    const days = parts[0].split("-");
    const times = parts[1].split("-");
    if (times.length != 2) return null;
    const first = DAYS.indexOf(days[0]);
    const last = DAYS.indexOf(days[days.length - 1]);
    const from = minutes(times[0]);
    const to = minutes(times[1]);
    if (days.length > 2 || first < 0 || last < 0 || from < 0 || to <= from) return null;
    return new Window(first, last, from, to);
  }

  /** Whether a time, in milliseconds since 1970, is in it; times of the day are those of UTC plus `offset` minutes. */
  contains(time: i64, offset: i32): bool {
    const minute = time / MINUTE + offset;
    // The first day of 1970 was a Thursday.
    const day = <i32>((minute / DAY + 3) % 7);
    const ofDay = <i32>(minute % DAY);
    const onDay =
      this.firstDay <= this.lastDay
        ? day >= this.firstDay && day <= this.lastDay
        : day >= this.firstDay || day <= this.lastDay;
    return onDay && ofDay >= this.from && ofDay < this.to;
  }
}

/** The time in words, such as `sat 17:05`. */
export function inWords(time: i64, offset: i32): string {
  const minute = time / MINUTE + offset;
  const ofDay = <i32>(minute % DAY);
  return `${DAYS[<i32>((minute / DAY + 3) % 7)]} ${two(ofDay / 60)}:${two(ofDay % 60)}`;
}

/** Minutes since midnight, of `hh:mm`; -1 when it is none. */
export function minutes(text: string): i32 {
  const parts = text.split(":");
  if (parts.length != 2 || parts[0].length != 2 || parts[1].length != 2) return -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (i != 2 && (code < 48 || code > 57)) return -1;
  }
  const hour = <i32>parseInt(parts[0], 10);
  const minute = <i32>parseInt(parts[1], 10);
  return hour > 24 || minute > 59 || (hour == 24 && minute > 0) ? -1 : hour * 60 + minute;
}

function two(number: i32): string {
  return number.toString().padStart(2, "0");
}
