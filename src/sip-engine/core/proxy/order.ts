/** What an application asks for with a `proxy` frame. */
export interface ProxyOrder {
  readonly transactionId: string;
  /** Record-Route, or Path for a REGISTER. */
  readonly remainInDialog: boolean;
  /** Whether it is shown every final response, or only told that the request left. */
  readonly fullResponse: boolean;
  readonly followRedirects: boolean;
  readonly order: 'serial' | 'simultaneous';
  /** Milliseconds. */
  readonly provisionalTimeout: number | undefined;
  readonly finalTimeout: number | undefined;
  readonly destinations: readonly string[];
  /** A start line that nobody reads, and header fields to add. */
  readonly message: Buffer;
}

/** The fields behind the frame's verb; undefined where there are too few. What cannot be read counts as not said. */
export function readProxyOrder(fields: readonly string[], message: Buffer): ProxyOrder | undefined {
  if (fields.length < 2) return undefined;
  const [transactionId = '', remain, full, redirects, order, provisional, final, ...destinations] = fields;
  return {
    transactionId,
    remainInDialog: remain === 'remainInDialog',
    fullResponse: full === 'fullResponse',
    followRedirects: redirects === 'followRedirects',
    order: order === 'simultaneous' ? 'simultaneous' : 'serial',
    provisionalTimeout: readTimeout(provisional ?? ''),
    finalTimeout: readTimeout(final ?? ''),
    destinations: destinations.filter((destination) => destination !== ''),
    message,
  };
}

/** `2s` or `1500ms`, in milliseconds, as far as timers reach; 0 and what is no time mean none. */
export function readTimeout(text: string): number | undefined {
  const found = /^(\d{1,9})(ms|s)$/.exec(text);
  if (found === null) return undefined;
  const milliseconds = Number(found[1]) * (found[2] === 's' ? 1000 : 1);
  return milliseconds === 0 ? undefined : Math.min(milliseconds, 2 ** 31 - 1);
}
