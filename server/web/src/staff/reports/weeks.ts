// The days of a report cut into weeks from Monday, for its line over time.
import { addDays, weekStart } from '../../time';

// At most so many, the last ones; the first and the last may be shorter than a week.
export function weeksWithin(from: string, until: string, most: number): { from: string; until: string }[] {
  const weeks: { from: string; until: string }[] = [];
  for (let monday = weekStart(from); monday <= until; monday = addDays(monday, 7)) {
    const sunday = addDays(monday, 6);
    weeks.push({ from: monday < from ? from : monday, until: sunday > until ? until : sunday });
  }
  return weeks.slice(-most);
}
