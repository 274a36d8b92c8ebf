import assert from 'node:assert/strict';
import type { HeaderFields, SipRequest, SipResponder } from '../../../src/signalling/srf.ts';

export interface Sent {
  readonly status: number;
  readonly headers: HeaderFields;
}

/** A request as drachtio-srf hands it over, made by hand. */
export class StubRequest implements SipRequest {
  readonly protocol = 'udp';
  readonly source_address: string = '127.0.0.2';
  readonly source_port: number | string = 5060;
  receivedOn: string | undefined = '127.0.0.1:5060';
  readonly body: string | undefined;
  readonly #cancelled: ((cancel: unknown) => void)[] = [];

  constructor(
    readonly method: string,
    private readonly headers: HeaderFields = {},
    readonly uri = 'sip:202@pbx.example.com',
    body?: string,
  ) {
    this.body = body;
  }

  get(header: string): string | undefined {
    return this.headers[header];
  }

  has(header: string): boolean {
    return this.headers[header] !== undefined;
  }

  on(_event: 'cancel', listener: (cancel: unknown) => void): void {
    this.#cancelled.push(listener);
  }

  cancel(): void {
    for (const listener of this.#cancelled) listener({});
  }
}

export class StubResponder implements SipResponder {
  readonly sent: Sent[] = [];

  send(status: number, ...rest: readonly unknown[]): void {
    const options = rest.find((given): given is { headers?: HeaderFields } => typeof given === 'object');
    this.sent.push({ status, headers: options?.headers ?? {} });
  }

  get only(): Sent {
    const [first, ...others] = this.sent;
    assert.ok(first !== undefined && others.length === 0, `sent ${JSON.stringify(this.sent)}`);
    return first;
  }
}
