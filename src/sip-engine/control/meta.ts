import { printHost } from '../message/host-port.ts';
import type { Flow } from '../transport/flow.ts';

/** `HH:MM:SS.uuuuuu`, UTC, as applications get it with every message. By arithmetic: it is asked for thousands of times a second. */
export function timeOfDay(instant: number): string {
  const milliseconds = Math.floor(instant) % 86_400_000;
  const seconds = Math.floor(milliseconds / 1000);
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${digits(hour, 2)}:${digits(minute, 2)}:${digits(seconds % 60, 2)}.${digits(milliseconds % 1000, 3)}000`;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

/** Of a message that came: where from. */
export function networkMeta(bytes: number, flow: Flow | undefined, protocol: string, time: string): string[] {
  if (flow === undefined) return ['network', '0', 'unknown', '', '0', time];
  return ['network', String(bytes), shown(protocol), flow.remote.address, String(flow.remote.port), time];
}

/**
 * Of a message that left: a request from our address, a response to theirs. An IPv6 address of ours has brackets, one of
 * theirs none, as drachtio-server has it.
 */
export function applicationMeta(
  bytes: number,
  flow: Flow | undefined,
  end: 'local' | 'remote',
  protocol: string,
  time: string,
): string[] {
  if (flow === undefined) return ['application', '0', 'unknown', '', '0', time];
  const { address, port } = flow[end];
  const host = end === 'local' ? printHost(address) : address;
  return ['application', String(bytes), shown(protocol), host, String(port), time];
}

/** drachtio-server calls a WebSocket tcp; applications look into Via for more. */
function shown(protocol: string): string {
  return protocol === 'ws' || protocol === 'wss' ? 'tcp' : protocol;
}
