import { type DestinationStream, pino } from 'pino';
import type { Log } from './port.ts';

export interface LogSettings {
  readonly level: string;
  /** Lines for people; needs the package pino-pretty. */
  readonly pretty: boolean;
}

/**
 * Credentials that reach the log by mistake, inside a message or an object of another
 * library. Our own secrets need no rule: they print as `[secret]` by themselves.
 */
const credentials = ['password', 'secret', 'authorization', 'proxy-authorization', 'md5', 'sha256'];

/**
 * Opens the log: JSON lines on standard output, with times in UTC.
 * @param destination for a test, where the lines go instead
 * @throws Error that says what to do, when pretty lines are wanted and pino-pretty is not installed
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
  if (!pretty) return destination === undefined ? pino(options) : pino(options, destination);
  try {
    return pino({ ...options, transport: { target: 'pino-pretty' } });
  } catch (thrown) {
    throw new Error('pretty log lines need a package: npm install pino-pretty, or set log.pretty to false', {
      cause: thrown,
    });
  }
}
