import type { Effect } from '../call/effect.ts';
import type { CallEvent } from '../call/event.ts';
import type { CallId } from '../call/party.ts';
import type { VoicemailMessage } from '../directory/voicemail-message.ts';
import type { RecordingOptions } from '../media/port.ts';

/** A message as the call knows it: where its sound is kept is not for the call to say. */
export type LeftMessage = Omit<VoicemailMessage, 'id' | 'file'>;

/** Where voicemail goes. */
export interface Messages {
  recording(call: CallId): RecordingOptions;
  /** Puts what was recorded in the call into the box. Never throws. */
  keep(message: LeftMessage): void;
  /** Removes what was recorded in the call, if anything was. Never throws. */
  drop(call: CallId): void;
}

/** What the box's owner learns of a message: of a stranger what the tenant may know, of a colleague the extension and the name. */
export function leftMessage(
  call: CallId,
  events: readonly CallEvent[],
  { box, milliseconds }: Extract<Effect, { do: 'keep-message' }>,
): LeftMessage {
  const offered = events.find((event) => event.type === 'offered');
  const routed = events.findLast((event) => event.type === 'routed');
  const ended = events.findLast((event) => event.type === 'recorded');
  const stranger = routed?.move.at.stranger;
  const colleague = stranger === undefined && offered?.caller.kind !== 'trunk' ? offered?.caller : undefined;
  if (routed === undefined) throw new Error('voicemail answered a call that was never routed');
  return {
    tenant: routed.move.tenant,
    user: box,
    call,
    from: colleague?.extension ?? stranger?.number,
    fromName: colleague?.name ?? stranger?.name,
    at: (ended?.at ?? 0) - milliseconds,
    milliseconds,
  };
}
