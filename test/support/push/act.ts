/** What a stand-in for a push service does with one request. */
export type Act =
  | {
      readonly does: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly afterMs?: number;
    }
  /** It never says anything. */
  | { readonly does: 'nothing' }
  /** It promises more than it sends, and closes the connection. */
  | { readonly does: 'break-off' }
  /** The TCP connection is reset. */
  | { readonly does: 'reset' }
  /** HTTP/2: RST_STREAM with that code, REFUSED_STREAM by default. */
  | { readonly does: 'reset-stream'; readonly code?: number }
  /** HTTP/2: GOAWAY before this request was looked at, the last one before it being answered. */
  | { readonly does: 'goaway'; readonly reason?: string };

/** A request that reached a stand-in. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** As of performance.now(). */
  readonly at: number;
  /** Counts the connections of the stand-in from 1. */
  readonly connection: number;
}

export function answer(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Act {
  return { does: 'answer', status, body, headers };
}

/** Acts in turn, then `usual` for all that follow. */
export class Script {
  readonly arrived: Arrived[] = [];
  usual: Act;
  #next: Act[] = [];
  #onArrival: (() => void)[] = [];

  constructor(usual: Act) {
    this.usual = usual;
  }

  first(...acts: Act[]): void {
    this.#next = acts;
  }

  take(arrived: Arrived): Act {
    this.arrived.push(arrived);
    for (const tell of this.#onArrival.splice(0)) tell();
    return this.#next.shift() ?? this.usual;
  }

  /** Resolves when that many requests have arrived. */
  async count(wanted: number): Promise<void> {
    while (this.arrived.length < wanted) await new Promise<void>((resolve) => this.#onArrival.push(resolve));
  }
}
