/** Whose doing it was: the metric label, so that an alert can fire on ours only. */
export type Blame = 'caller' | 'callee' | 'us' | 'network';

interface Entry {
  /** The final response a SIP party gets. */
  readonly sip: number;
  /** The status an HTTP client gets. */
  readonly http: number;
  readonly blame: Blame;
}

/**
 * Every refusal that a user of this exchange can meet. `docs/reference/faults.md`
 * explains each, and a test keeps the two lists equal.
 */
export const catalogue = {
  NO_SUCH_NUMBER: { sip: 404, http: 404, blame: 'caller' },
  NUMBER_INCOMPLETE: { sip: 484, http: 422, blame: 'caller' },
  NOT_ALLOWED: { sip: 403, http: 403, blame: 'caller' },
  BAD_REQUEST: { sip: 400, http: 400, blame: 'caller' },
  NOT_SIGNED_IN: { sip: 401, http: 401, blame: 'caller' },
  WRONG_PASSWORD: { sip: 403, http: 401, blame: 'caller' },
  NOT_FOUND: { sip: 404, http: 404, blame: 'caller' },
  METHOD_NOT_ALLOWED: { sip: 405, http: 405, blame: 'caller' },
  NOT_POSSIBLE: { sip: 488, http: 422, blame: 'caller' },
  CONFLICT: { sip: 409, http: 409, blame: 'caller' },
  CHANGED_MEANWHILE: { sip: 412, http: 412, blame: 'caller' },
  CONDITION_MISSING: { sip: 428, http: 428, blame: 'caller' },
  TOO_LARGE: { sip: 513, http: 413, blame: 'caller' },
  NOT_JSON: { sip: 415, http: 415, blame: 'caller' },
  UPGRADE_NEEDED: { sip: 426, http: 426, blame: 'caller' },
  TOO_MANY_REQUESTS: { sip: 503, http: 429, blame: 'caller' },
  WRONG_CODE: { sip: 403, http: 422, blame: 'caller' },
  CODE_NOT_TOLD: { sip: 503, http: 503, blame: 'network' },
  OUT_OF_ORDER: { sip: 500, http: 409, blame: 'caller' },
  INTERVAL_TOO_BRIEF: { sip: 423, http: 422, blame: 'caller' },
  NO_AUDIO: { sip: 488, http: 422, blame: 'caller' },
  NO_COMMON_CODEC: { sip: 488, http: 422, blame: 'caller' },
  BAD_SDP: { sip: 400, http: 422, blame: 'caller' },
  LOOP: { sip: 482, http: 409, blame: 'caller' },
  CALLEE_UNREACHABLE: { sip: 480, http: 409, blame: 'callee' },
  CALLEE_BUSY: { sip: 486, http: 409, blame: 'callee' },
  CALLEE_DECLINED: { sip: 603, http: 409, blame: 'callee' },
  NO_ANSWER: { sip: 480, http: 408, blame: 'callee' },
  TRUNK_FAILED: { sip: 503, http: 502, blame: 'network' },
  NO_TRUNK: { sip: 503, http: 503, blame: 'us' },
  CALL_LIMIT: { sip: 503, http: 429, blame: 'us' },
  MEDIA_PORTS_SPENT: { sip: 503, http: 503, blame: 'us' },
  CANNOT_PLAY: { sip: 480, http: 409, blame: 'us' },
  SOUND_UNREADABLE: { sip: 480, http: 422, blame: 'us' },
  RECORDING_FAILED: { sip: 480, http: 503, blame: 'us' },
  MEDIA_FAILED: { sip: 503, http: 503, blame: 'us' },
  STORE_FAILED: { sip: 503, http: 503, blame: 'us' },
  SIP_SERVER_LOST: { sip: 503, http: 503, blame: 'us' },
  SHUTTING_DOWN: { sip: 503, http: 503, blame: 'us' },
  INTERNAL: { sip: 500, http: 500, blame: 'us' },
} as const satisfies Record<string, Entry>;

export type FaultCode = keyof typeof catalogue;
