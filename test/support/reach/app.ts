import assert from 'node:assert/strict';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined for an answer without a body. */
  readonly body: unknown;
}

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** What the app on somebody's phone does with the API: it signs in, and asks. */
export class App {
  private constructor(
    readonly base: string,
    readonly token: string | undefined,
  ) {}

  /** Somebody who has not signed in. */
  static stranger(base: string): App {
    return new App(base, undefined);
  }

  static withToken(base: string, token: string): App {
    return new App(base, token);
  }

  static async signIn(base: string, login: string, password: string): Promise<App> {
    const answer = await App.stranger(base).ask('POST', '/v1/sessions', { login, password });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    const { token } = answer.body as { token: string };
    return new App(base, token);
  }

  /** Asks, whatever the answer is. */
  async ask(
    method: Method,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Asks for what must be granted. @returns the answer's body */
  async does(
    method: Method,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const answer = await this.ask(method, path, body, headers);
    assert.ok(answer.status < 300, `${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
