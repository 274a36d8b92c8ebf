import type { E164, Language } from '../directory/types.ts';

/** Tells a code to whoever holds a mobile number: by text message, or by a call that speaks it. */
export interface CodeTeller {
  /**
   * Resolves when the code is on its way. Rejects with a Fault CODE_NOT_TOLD, whose message is for the user; the log
   * has the reason.
   */
  tell(number: E164, code: string, language: Language): Promise<void>;
}
