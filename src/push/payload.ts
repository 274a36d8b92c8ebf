import type { CallerDisplay, Wake } from './port.ts';

/** The payload as the phone reads it: these keys and no others. A withheld number has neither `number` nor `prefix`. */
export interface WrittenPayload {
  readonly kind: 'call' | 'cancel';
  readonly call: string;
  readonly display: { readonly anonymous: true } | { readonly prefix?: string; readonly number: string };
  /** Milliseconds since the Unix epoch, UTC. */
  readonly deadline: number;
}

export function writtenPayload({ kind, payload }: Wake): WrittenPayload {
  return { kind, call: payload.call, display: writtenDisplay(payload.display), deadline: payload.deadline };
}

/** The same for services whose payload is a map of texts: `display` is JSON, `deadline` is decimal. */
export function payloadOfTexts(wake: Wake): Readonly<Record<string, string>> {
  const { kind, call, display, deadline } = writtenPayload(wake);
  return { kind, call, display: JSON.stringify(display), deadline: String(deadline) };
}

function writtenDisplay(display: CallerDisplay): WrittenPayload['display'] {
  if (display.kind === 'anonymous') return { anonymous: true };
  const { prefix, number } = display;
  return prefix === undefined ? { number } : { prefix, number };
}
