import { type DestinationStream, pino } from 'pino';
import type { Log } from './port.ts';

export interface LogSettings {
  readonly level: string;
  /** Lines for people. */
  readonly pretty: boolean;
}

/**
 * Credentials that reach the log by mistake, inside a message or an object of another
 * library. Our own secrets need no rule: they print as `[secret]` by themselves.
 */
const credentials = ['password', 'secret', 'authorization', 'proxy-authorization', 'md5', 'sha256'];

/**
 * Opens the log: JSON lines on standard output, with times in UTC.
 * @param destination for a test, where JSON lines go instead
 */
export function createLogger({ level, pretty }: LogSettings, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: pretty ? {} : { level: (label: string) => ({ level: label }) },
    redact: {
      paths: credentials.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
      censor: '[secret]',
    },
  };
  if (pretty) return pino({ ...options, transport: { target: 'pino-pretty' } });
  return destination === undefined ? pino(options) : pino(options, destination);
}
