// Finds texts in JSON, for which AssemblyScript's library has no reader. The JSON must be whole, as the event is.

/** The text at a path of keys; null when nothing or something else is there. */
export function textAt(json: string, path: string[]): string | null {
  const reader = new Reader(json);
  for (let depth = 0; depth < path.length; depth++) {
    if (!reader.enter(path[depth])) return null;
  }
  return reader.peek() == "\"" ? reader.text() : null;
}

class Reader {
  private at: i32 = 0;

  constructor(private json: string) {}

  /** Goes to the value of a key of the object that begins here; false when there is none. */
  enter(key: string): bool {
    if (this.peek() != "{") return false;
    do {
      this.at++;
      if (this.peek() != "\"") return false;
      const name = this.text();
      this.peek(); // The colon.
      this.at++;
      if (name == key) return true;
      this.skip();
    } while (this.peek() == ",");
    return false;
  }

  /** The next character that is no blank, which stays where it is. */
  peek(): string {
    while (this.at < this.json.length && this.json.charCodeAt(this.at) <= 32) this.at++;
    return this.json.charAt(this.at);
  }

  /** The text that begins here. */
  text(): string {
    let found = "";
    this.at++;
    while (this.at < this.json.length) {
      const next = this.json.charAt(this.at++);
      if (next == "\"") return found;
      found += next == "\\" ? this.escaped() : next;
    }
    throw new Error("the event on standard input ends within a text");
  }

  /** Goes past a value, whatever it is: to the comma or the bracket after it. */
  private skip(): void {
    let depth = 0;
    while (this.at < this.json.length) {
      const next = this.peek();
      const closes = next == "}" || next == "]";
      if (depth == 0 && (closes || next == ",")) return;
      if (next == "\"") {
        this.text();
        continue;
      }
      if (next == "{" || next == "[") depth++;
      if (closes) depth--;
      this.at++;
    }
  }

  private escaped(): string {
    const next = this.json.charAt(this.at++);
    if (next == "u") {
      const code = <i32>parseInt(this.json.substr(this.at, 4), 16);
      this.at += 4;
      return String.fromCharCode(code);
    }
    const at = "bfnrt".indexOf(next);
    return at < 0 ? next : "\b\f\n\r\t".charAt(at);
  }
}
