import type { Flow } from '../transport/flow.ts';

/** `HH:MM:SS.uuuuuu`, UTC, as applications get it with every message. */
export function timeOfDay(instant: number): string {
  return `${new Date(instant).toISOString().slice(11, 23)}000`;
}

/** Of a message that came: where from. */
export function networkMeta(bytes: number, flow: Flow | undefined, protocol: string, time: string): string[] {
  if (flow === undefined) return ['network', '0', 'unknown', '', '0', time];
  return ['network', String(bytes), protocol, flow.remote.address, String(flow.remote.port), time];
}

/** Of a message that left: a request from our address, a response to theirs. */
export function applicationMeta(
  bytes: number,
  flow: Flow | undefined,
  end: 'local' | 'remote',
  protocol: string,
  time: string,
): string[] {
  if (flow === undefined) return ['application', '0', 'unknown', '', '0', time];
  return ['application', String(bytes), protocol, flow[end].address, String(flow[end].port), time];
}
