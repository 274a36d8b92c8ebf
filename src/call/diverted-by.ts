/** One forwarding, for the Diversion header field (RFC 5806). */
export interface DivertedBy {
  /** In international form, or an extension. */
  readonly number: string;
  readonly reason: 'unconditional' | 'no-answer' | 'user-busy' | 'time-of-day' | 'follow-me' | 'unknown';
}
