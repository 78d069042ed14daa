// "78 of 90 (87 %)": a share never stands without what it is of.
export function share(part: number, of: number): string {
  return of === 0 ? '–' : `${part} of ${of} (${Math.round((100 * part) / of)} %)`;
}

export const hoursOf = (minutes: number): string => `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
