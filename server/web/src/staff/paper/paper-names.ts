// Names as they stand on paper that lies in a room: the first name and an initial, no more.
interface Named {
  client: number;
  preferred_name: string;
  family_name: string;
}

// The first letter, with whatever sits on it: "Élan" → "É", "’t Hooft" → "T". Nothing of a name without letters.
function initial(name: string): string {
  return (/\p{L}\p{M}*/u.exec(name.normalize('NFC'))?.[0] ?? '').toUpperCase();
}

// "Ana R.". Of a preferred name only the first word: what follows it may be the family's.
export function shortName(preferred: string, family: string): string {
  const first = preferred.normalize('NFC').trim().split(/\s+/)[0]!;
  const last = initial(family);
  return [first, last && `${last}.`].filter(Boolean).join(' ');
}

// Everybody as they stand on the paper, in the order of what stands there. Those who would look the same are
// numbered in the order of their records, so that whoever is "Ana R. 2" this week is so in the next one too.
export function paperLines<P extends Named>(people: P[]): { name: string; alike: boolean; person: P }[] {
  const shorts = new Map<string, P[]>();
  for (const person of [...people].sort((a, b) => a.client - b.client)) {
    const short = shortName(person.preferred_name, person.family_name).toLowerCase();
    shorts.set(short, [...(shorts.get(short) ?? []), person]);
  }
  return [...shorts.values()]
    .flatMap((same) =>
      same.map((person, index) => {
        const short = shortName(person.preferred_name, person.family_name);
        const alike = same.length > 1;
        return { name: alike ? `${short} ${index + 1}`.trim() : short, alike, person };
      }),
    )
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
