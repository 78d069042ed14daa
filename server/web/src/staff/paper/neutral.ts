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
// The room alone where there is one: a site may be called after what it treats.
export async function placeOf(of: Session): Promise<string> {
  if (of.room_name) return of.room_name;
  if (of.link) return 'Online';
  const sites = await api.sites();
  return (sites.ok && sites.data.find((s) => s.id === of.site)?.name) || '';
}
