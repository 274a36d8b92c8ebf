import type { LogLevel } from './setting.ts';

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Whether a line of `level` is wanted where `least` is the least that is worth one. */
export function isWorth(level: LogLevel, least: LogLevel): boolean {
  return order.indexOf(level) >= order.indexOf(least);
}

/** One entry of the log as one line, without its end. */
export function logLine(
  format: 'json' | 'text',
  time: Date,
  level: LogLevel,
  text: string,
  fields: Readonly<Record<string, unknown>>,
): string {
  const stamp = time.toISOString();
  if (format === 'json') return JSON.stringify({ time: stamp, level, text, ...fields });
  const details = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${stamp} ${level} ${text}${details.join('')}`;
}
