import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { G711 } from '../audio/g711.ts';
import { type Codec, sameEncoding } from '../sdp/codec.ts';
import type { Understanding, VoiceOrigin } from './protocol.ts';

/**
 * What of an offer we can speak ourselves: one voice, so that nobody who is joined to the party later is spoken to in another,
 * and key presses. A-law where both are offered: it is what carriers and phones here have in common.
 * @returns NO_COMMON_CODEC when no G.711 was offered
 */
export function attendable(offered: readonly Codec[]): Result<readonly Codec[], Fault> {
  const voice = offered.find((codec) => lawOf(codec) === 'PCMA') ?? offered.find((codec) => lawOf(codec) !== undefined);
  if (voice === undefined) return err(noG711());
  const keys = offered.find(isKeys);
  return ok(keys === undefined ? [voice] : [voice, { ...keys, parameters: '0-15' }]);
}

/**
 * How we speak with a party.
 * @param told what we told it: the numbers that it sends under
 * @param theirs what it told us: the numbers that it receives under
 * @returns NO_COMMON_CODEC when no G.711 was agreed
 */
export function understandingOf(
  told: readonly Codec[],
  theirs: readonly Codec[],
  origin: VoiceOrigin,
): Result<Understanding, Fault> {
  const heard: Understanding['heard'][number][] = [];
  for (const codec of told) heard[codec.payloadType] = isKeys(codec) ? 'key' : lawOf(codec);
  const voice = told.find((codec) => lawOf(codec) !== undefined);
  const law = voice && lawOf(voice);
  if (voice === undefined || law === undefined) return err(noG711());
  const { payloadType } = theirs.find((codec) => sameEncoding(codec, voice)) ?? voice;
  return ok({ heard, spoken: { law, payloadType }, origin });
}

/** Whether we speak it ourselves. */
export function isG711(codec: Codec): boolean {
  return lawOf(codec) !== undefined;
}

function lawOf({ name, clockRate, channels }: Codec): G711 | undefined {
  if (clockRate !== 8000 || channels !== 1) return undefined;
  const law = name.toUpperCase();
  return law === 'PCMA' || law === 'PCMU' ? law : undefined;
}

function isKeys({ name, clockRate }: Codec): boolean {
  return clockRate === 8000 && name.toLowerCase() === 'telephone-event';
}

function noG711(): Fault {
  return new Fault('NO_COMMON_CODEC', 'the exchange itself speaks G.711 only: offer PCMA or PCMU');
}
