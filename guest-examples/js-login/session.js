/** Requests that share cookies, as those of a browser do. */
export class Session {
  #base;
  #cookies = new Map();

  constructor(base) {
    this.#base = base;
  }

  isEmpty() {
    return this.#cookies.size === 0;
  }

  async ask({ method = 'GET', path, body }) {
    const headers = new Headers({ accept: 'text/html, application/json' });
    if (!this.isEmpty()) headers.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    if (body) headers.set('content-type', 'application/x-www-form-urlencoded');
    const response = await fetch(this.#base + path, { method, headers, body: body?.toString() });
    this.#keep(response.headers);
    return { status: response.status, text: await response.text() };
  }

  #keep(headers) {
    for (const line of headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
      const gone = value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      if (gone) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}
