import type { E164, Language, User } from '../directory/types.ts';

/** Tells a code to whoever holds a mobile number: by text message, or by a call that speaks it. */
export interface CodeTeller {
  /**
   * Resolves when the code is on its way: the message was taken, or the call was answered. Rejects with a Fault
   * CODE_NOT_TOLD, whose message is for the user; the log has the reason.
   * @param of who says that the number is theirs
   */
  tell(number: E164, code: string, language: Language, of: Pick<User, 'id' | 'tenant'>): Promise<void>;
}
