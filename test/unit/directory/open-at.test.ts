import assert from 'node:assert/strict';
import { isOpen, isTimeZone } from '../../../src/directory/open-at.ts';
import type { Holiday, OpeningHours, OpenSpan } from '../../../src/directory/opening-hours.ts';

const zone = 'Europe/Amsterdam';
const everyDay = [1, 2, 3, 4, 5, 6, 7];

describe('opening hours', () => {
  const office = hours([{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' }]);

  for (const [instant, open, what] of [
    ['2026-11-23T08:00:00+01:00', false, 'an hour before they begin'],
    ['2026-11-23T08:59:59.999+01:00', false, 'a millisecond before they begin'],
    ['2026-11-23T09:00:00+01:00', true, 'as they begin'],
    ['2026-11-23T17:29:59.999+01:00', true, 'a millisecond before they end'],
    ['2026-11-23T17:30:00+01:00', false, 'as they end'],
    ['2026-11-22T12:00:00+01:00', false, 'on a Sunday'],
    ['2026-11-28T12:00:00+01:00', false, 'on a Saturday'],
    ['2026-07-01T09:00:00+02:00', true, 'as they begin in summer'],
    ['2026-07-01T08:30:00+02:00', false, 'before they begin in summer, though it would be time in winter'],
  ] as const) {
    it(`are ${open ? 'open' : 'closed'} ${what}`, () => {
      assert.equal(isOpen(office, Date.parse(instant), zone), open);
    });
  }

  it('are read in the time zone of the company, wherever the server is', () => {
    const at = Date.parse('2026-11-23T16:45:00Z');
    assert.equal(isOpen(office, at, zone), false);
    assert.equal(isOpen(office, at, 'Europe/London'), true);
    assert.equal(isOpen(office, at, 'America/New_York'), true);
  });

  it('may have several spans in a day, with a lunch between them', () => {
    const lunch = hours([
      { days: [1], from: '09:00', to: '12:00' },
      { days: [1], from: '13:00', to: '17:00' },
    ]);
    const open = ['11:59', '12:00', '12:59', '13:00'].map((time) => openAt(lunch, `2026-11-23T${time}:00+01:00`));
    assert.deepEqual(open, [true, false, false, true]);
  });

  it('last until midnight when they end at 24:00, and go on after it when the next day begins at 00:00', () => {
    const late = hours([{ days: [5], from: '18:00', to: '24:00' }]);
    assert.equal(openAt(late, '2026-11-27T23:59:59.999+01:00'), true);
    assert.equal(openAt(late, '2026-11-28T00:00:00+01:00'), false);
    const through = hours([...late.week, { days: [6], from: '00:00', to: '02:00' }]);
    assert.equal(openAt(through, '2026-11-28T00:00:00+01:00'), true);
    assert.equal(openAt(through, '2026-11-28T02:00:00+01:00'), false);
  });

  it('of a whole day, each day, never close', () => {
    const always = hours([{ days: everyDay, from: '00:00', to: '24:00' }]);
    const start = Date.parse('2026-01-01T00:00:00+01:00');
    for (let hour = 0; hour < 366 * 24; hour += 7) assert.equal(isOpen(always, start + hour * 3_600_000, zone), true);
  });

  it('that end before they begin, or are no times, are never', () => {
    for (const [from, to] of [
      ['17:00', '09:00'],
      ['12:00', '12:00'],
      ['nine', 'five'],
    ] as const) {
      const wrong = hours([{ days: everyDay, from, to }]);
      assert.equal(openAt(wrong, '2026-11-23T12:00:00+01:00'), false);
    }
  });

  it('without any span are never', () => {
    assert.equal(openAt(hours([]), '2026-11-23T12:00:00+01:00'), false);
  });

  it('in a time zone that is none are read as UTC', () => {
    assert.equal(isTimeZone('Mars/Olympus'), false);
    assert.equal(isTimeZone(zone), true);
    assert.equal(isOpen(office, Date.parse('2026-11-23T09:00:00Z'), 'Mars/Olympus'), true);
    assert.equal(isOpen(office, Date.parse('2026-11-23T08:59:00Z'), 'Mars/Olympus'), false);
  });
});

describe('opening hours when the clock changes', () => {
  const night = hours([{ days: [7], from: '02:00', to: '03:00' }]);

  it('are skipped in spring, when 02:00 is 03:00', () => {
    // The last second of winter time and the first of summer time, on 29 March 2026.
    assert.equal(openAt(night, '2026-03-29T01:59:59+01:00'), false);
    assert.equal(openAt(night, '2026-03-29T03:00:00+02:00'), false);
    const morning = hours([{ days: [7], from: '03:00', to: '04:00' }]);
    assert.equal(openAt(morning, '2026-03-29T01:59:59+01:00'), false);
    assert.equal(openAt(morning, '2026-03-29T03:00:00+02:00'), true);
  });

  it('come twice in autumn, when 03:00 is 02:00', () => {
    const open = [
      '2026-10-25T01:59:59+02:00',
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:59:59+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T02:59:59+01:00',
      '2026-10-25T03:00:00+01:00',
    ].map((instant) => openAt(night, instant));
    assert.deepEqual(open, [false, true, true, true, true, false]);
  });

  it('begin by the clock on the day of the change, not so many hours after midnight', () => {
    const sunday = hours([{ days: [7], from: '09:00', to: '10:00' }]);
    for (const [instant, open] of [
      ['2026-03-29T08:59:00+02:00', false],
      ['2026-03-29T09:00:00+02:00', true],
      ['2026-10-25T08:59:00+01:00', false],
      ['2026-10-25T09:00:00+01:00', true],
    ] as const)
      assert.equal(openAt(sunday, instant), open, instant);
  });
});

describe('a holiday', () => {
  const always: OpenSpan[] = [{ days: everyDay, from: '00:00', to: '24:00' }];

  it('closes that day, by the calendar of the company', () => {
    const christmas = hours(always, [{ date: '2026-12-25', name: 'Eerste kerstdag' }]);
    assert.equal(openAt(christmas, '2026-12-24T23:59:59+01:00'), true);
    assert.equal(openAt(christmas, '2026-12-25T00:00:00+01:00'), false);
    assert.equal(openAt(christmas, '2026-12-25T23:59:59+01:00'), false);
    assert.equal(openAt(christmas, '2026-12-26T00:00:00+01:00'), true);
    assert.equal(openAt(christmas, '2027-12-25T12:00:00+01:00'), true);
  });

  it('without a year closes every year, a leap day when there is one', () => {
    const yearly = hours(always, [
      { date: '04-27', name: 'Koningsdag' },
      { date: '02-29', name: 'Schrikkeldag' },
    ]);
    assert.equal(openAt(yearly, '2026-04-27T12:00:00+02:00'), false);
    assert.equal(openAt(yearly, '2031-04-27T12:00:00+02:00'), false);
    assert.equal(openAt(yearly, '2027-02-28T12:00:00+01:00'), true);
    assert.equal(openAt(yearly, '2028-02-29T12:00:00+01:00'), false);
  });
});

function hours(week: readonly OpenSpan[], holidays: readonly Holiday[] = []): OpeningHours {
  return { week, holidays };
}

function openAt(opening: OpeningHours, instant: string): boolean {
  return isOpen(opening, Date.parse(instant), zone);
}
