// What stands on paper that anybody may find: a session as its clients' screens call it, and where it is.
import * as api from '../../api';
import type { Session } from '../../api-types';
import { group } from '../groups-api';

// The alias of its group; without one the word that its service has for clients.
export async function neutralName(of: Session): Promise<string> {
  if (of.group) {
    const answer = await group(of.group);
    if (answer.ok) return answer.data.alias;
  }
  const services = await api.services();
  return (services.ok && services.data.find((s) => s.id === of.service)?.neutral_name) || 'Appointment';
}
// Never the site: it may be called after what it treats.
export const roomOf = (of: Session): string => of.room_name || (of.link ? 'Online' : '');
// For paper that stays in the house: the site too, where there is no room.
export async function placeOf(of: Session): Promise<string> {
  const room = roomOf(of);
  if (room) return room;
  const sites = await api.sites();
  return (sites.ok && sites.data.find((s) => s.id === of.site)?.name) || '';
}
