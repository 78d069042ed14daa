// The calls that answer, each under the key of what is said (queue.ts), so that it counts once however often it is sent.
import { type Answer, ask, http, items, key } from '../api';
import type { Reply, Saying } from './queue';

const patience = 10_000; // ms: then it waits where it is kept, and is sent again

const toAppointment = (session: number, reply: Reply, how: ReturnType<typeof sent>): Promise<Answer<unknown>> => {
  const init = { ...how, params: { ...how.params, path: { session } } };
  if (reply === 'confirm') return ask(http.POST('/api/v1/my/appointments/{session}/confirm', init));
  if (reply === 'running_late') return ask(http.POST('/api/v1/my/appointments/{session}/running-late', init));
  return ask(http.POST('/api/v1/my/appointments/{session}/cant-come', init));
};
const toReminder = (reminder: number, reply: Reply, how: ReturnType<typeof sent>): Promise<Answer<unknown>> => {
  const init = { ...how, params: { ...how.params, path: { reminder } } };
  if (reply === 'confirm') return ask(http.POST('/api/v1/my/reminders/{reminder}/confirm', init));
  if (reply === 'running_late') return ask(http.POST('/api/v1/my/reminders/{reminder}/running-late', init));
  return ask(http.POST('/api/v1/my/reminders/{reminder}/cant-come', init));
};
const sent = (id: string) => ({ params: { header: key(id) }, signal: AbortSignal.timeout(patience) });

export function send(saying: Saying): Promise<Answer<unknown>> {
  const how = sent(saying.id);
  switch (saying.say) {
    case 'reply':
      return toAppointment(saying.session, saying.reply, how);
    case 'reply_to_reminder':
      return toReminder(saying.reminder, saying.reply, how);
    case 'went':
      return ask(http.POST('/api/v1/my/occurrences/{occurrence}/went', {
        ...how, body: { went: saying.went }, params: { ...how.params, path: { occurrence: saying.occurrence } },
      }));
    case 'offer': {
      const init = { ...how, params: { ...how.params, path: { entry: saying.entry } } };
      return ask(saying.take ? http.POST('/api/v1/my/offers/{entry}/accept', init) : http.POST('/api/v1/my/offers/{entry}/decline', init));
    }
    case 'self_check':
      return ask(http.POST('/api/v1/my/self-checks', { ...how, body: saying.said }));
  }
}
// What is offered, and what one waits for.
export const myWaits = () => items(ask(http.GET('/api/v1/my/waitlist')));
