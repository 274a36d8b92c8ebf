import { Fault } from '../../faults/fault.ts';
import { err, type Result } from '../../kernel/result.ts';

const why = 'sound goes from phone to phone and past us: set media.plane to relay';

/** What an endpoint answers that carries no sound. */
export const noSound = {
  play: () => cannot(),
  record: () => cannot(),
  silence: () => Promise.resolve(),
  finishRecording: () => Promise.resolve(),
} as const;

export function cannot(): Promise<Result<never, Fault>> {
  return Promise.resolve(err(new Fault('CANNOT_PLAY', why)));
}
