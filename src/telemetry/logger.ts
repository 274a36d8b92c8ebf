import { type DestinationStream, pino } from 'pino';
import { withoutCredentials } from './credentials.ts';
import type { Log } from './port.ts';

export interface LogSettings {
  readonly level: string;
  /** Lines for people. */
  readonly pretty: boolean;
}

/**
 * Opens the log: JSON lines on standard output, with times in UTC.
 * @param destination for a test, where JSON lines go instead
 */
export function createLogger({ level, pretty }: LogSettings, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      log: (fields: Record<string, unknown>) => withoutCredentials(fields),
      bindings: (fields: Record<string, unknown>) => withoutCredentials(fields),
      ...(pretty ? {} : { level: (label: string) => ({ level: label }) }),
    },
  };
  if (pretty) return pino({ ...options, transport: { target: 'pino-pretty' } });
  return destination === undefined ? pino(options) : pino(options, destination);
}
