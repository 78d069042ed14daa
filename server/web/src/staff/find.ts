// What the searching fields offer: clients within reach, and who may lead a session.
import * as api from '../api';
import type { Staff } from '../api-types';
import { phaseWords, roleWords } from '../words';

export async function findClients(text: string) {
  const answer = await api.searchClients(text, 20);
  if (!answer.ok) return null;
  return answer.data.items.map((c) => ({
    id: c.id,
    label: `${c.preferred_name} ${c.family_name}`.trim(),
    detail: c.phase ? phaseWords[c.phase] : '',
  }));
}

// Those whose name, or a part of it, begins with the text.
export function findStaff(staff: Staff[], text: string) {
  const folded = text.toLowerCase();
  return staff
    .filter((s) => s.active !== false && s.role !== 'front_desk')
    .filter((s) => s.name.toLowerCase().startsWith(folded) || s.name.toLowerCase().split(/\s+/).some((word) => word.startsWith(folded)))
    .map((s) => ({ id: s.id, label: s.name, detail: roleWords[s.role] }));
}
