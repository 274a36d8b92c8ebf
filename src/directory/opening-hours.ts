/** When a company is there, in its own time zone. */
export interface OpeningHours {
  readonly week: readonly OpenSpan[];
  readonly holidays: readonly Holiday[];
}

/** Open on these days from one time to the other. `24:00` is the end of the day. */
export interface OpenSpan {
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  readonly days: readonly number[];
  /** `HH:MM`. */
  readonly from: string;
  /** `HH:MM`, later than `from`. */
  readonly to: string;
}

/** Closed all day: once, `2026-12-25`, or every year, `12-25`. */
export interface Holiday {
  readonly date: string;
  readonly name: string;
}
