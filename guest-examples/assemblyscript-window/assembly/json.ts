// Finds texts in JSON. AssemblyScript's library has no reader for it, and a whole one would be larger than this test.

/** Reads one JSON text from its start to its end. */
export class Reader {
  private at: i32 = 0;

  constructor(private text: string) {}

  /** The text at a path of keys; null when nothing or something else is there. The JSON must be whole. */
  find(path: string[]): string | null {
    this.at = 0;
    for (let depth = 0; depth < path.length; depth++) {
      if (!this.enter(path[depth])) return null;
    }
    this.blanks();
    return this.peek() == "\"" ? this.string() : null;
  }

  /** Goes to the value of a key of the object that begins here. */
  private enter(key: string): bool {
    this.blanks();
    if (this.peek() != "{") return false;
    this.at++;
    while (true) {
      this.blanks();
      if (this.peek() != "\"") return false;
      const name = this.string();
      this.blanks();
      this.expect(":");
      if (name == key) return true;
      this.skip();
      this.blanks();
      if (this.peek() != ",") return false;
      this.at++;
    }
  }

  /** Goes past one value, whatever it is. */
  private skip(): void {
    let depth = 0;
    while (this.at < this.text.length) {
      this.blanks();
      const next = this.peek();
      if (next == "\"") {
        this.string();
      } else if (next == "{" || next == "[") {
        depth++;
        this.at++;
      } else if (next == "}" || next == "]") {
        if (depth == 0) return;
        depth--;
        this.at++;
      } else if (depth == 0 && next == ",") {
        return;
      } else {
        this.at++;
        continue;
      }
      if (depth == 0) return;
    }
  }

  private string(): string {
    let found = "";
    this.expect("\"");
    while (this.at < this.text.length) {
      const next = this.text.charAt(this.at++);
      if (next == "\"") return found;
      found += next == "\\" ? this.escaped() : next;
    }
    throw new Error("the event on standard input ends within a text");
  }

  private escaped(): string {
    const next = this.text.charAt(this.at++);
    if (next == "n") return "\n";
    if (next == "t") return "\t";
    if (next == "r") return "\r";
    if (next == "b") return "\b";
    if (next == "f") return "\f";
    if (next == "u") {
      const code = <i32>parseInt(this.text.substr(this.at, 4), 16);
      this.at += 4;
      return String.fromCharCode(code);
    }
    return next;
  }

  private expect(wanted: string): void {
    if (this.peek() != wanted) throw new Error(`the event on standard input lacks ${wanted} at ${this.at}`);
    this.at++;
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private blanks(): void {
    while (" \n\r\t".includes(this.peek()) && this.at < this.text.length) this.at++;
  }
}
