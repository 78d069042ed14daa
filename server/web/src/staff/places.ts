// Where one can go: the bar has room for what is used every hour, everything else is one step further.
import type { Role } from '../api-types';
import type { IconName } from '../ui/icons';
import { supervises, treats } from './roles';

export interface Place {
  page: string;
  label: string;
  icon: IconName;
}

// Where one begins.
export const home = (role: Role): string => (role === 'front_desk' ? 'desk' : 'today');

export function bar(role: Role): Place[] {
  return [
    ...(role === 'front_desk' ? [{ page: 'desk', label: 'Desk', icon: 'door' } as const] : []),
    { page: 'today', label: 'Today', icon: 'day' },
    { page: 'calendar', label: 'Calendar', icon: 'week' },
    { page: 'book', label: 'Book', icon: 'plus' },
    { page: 'groups', label: 'Groups', icon: 'circle' },
    { page: 'clients', label: 'Clients', icon: 'people' },
    ...(treats(role) ? [{ page: 'tasks', label: 'Tasks', icon: 'check' } as const] : []),
    { page: 'more', label: 'More', icon: 'down' },
  ];
}

export function further(role: Role): (Place & { about: string })[] {
  return [
    ...(treats(role) ? [{ page: 'support', label: 'Asked to talk', icon: 'phone', about: 'Clients who wait to be called' } as const] : []),
    ...(treats(role) ? [{ page: 'desk', label: 'Desk', icon: 'door', about: 'Who arrives, whom to call, and who may be told what' } as const] : []),
    { page: 'team', label: 'Team', icon: 'people', about: 'Who works today, until when, and who is in a session right now' },
    { page: 'on-call', label: 'On call', icon: 'bell', about: 'Who is asked when a client’s counselors do not come, and when nobody is' },
    ...(treats(role)
      ? ([
          { page: 'open-sheets', label: 'Open sheets', icon: 'sheet', about: 'Attendance that is overdue to be closed or signed' },
          { page: 'weekly-hours', label: 'Care hours', icon: 'week', about: 'Who has the hours that their level of care asks for, week by week' },
          { page: 'reports', label: 'Reports', icon: 'info', about: 'How sessions turned out, who is in care, and files for other programs' },
        ] as const)
      : []),
    ...(supervises(role)
      ? [{ page: 'approvals', label: 'Reports to approve', icon: 'lock', about: 'What is to be told of clients, and waits for a supervisor' } as const]
      : []),
    { page: 'enquiries', label: 'Enquiries', icon: 'phone', about: 'Who asked for help and is to be called, and what came of it' },
    { page: 'calls', label: 'Call list', icon: 'phone', about: 'Clients whom no message reaches, and who are expected within two days' },
    { page: 'reminders', label: 'Reminders', icon: 'bell', about: 'What is sent, day by day, what became of it, and why' },
    ...(supervises(role) ? [{ page: 'reminder-rule', label: 'Reminder rule', icon: 'bell', about: 'When, where and in which words everybody is reminded' } as const] : []),
    { page: 'hours', label: 'Hours', icon: 'clock', about: 'When everybody works, leave, closed days' },
    ...(supervises(role) ? [{ page: 'terms', label: 'Terms of attendance', icon: 'door', about: 'Grace, breaks, excuses: how minutes are counted and sheets are kept' } as const] : []),
    { page: 'meetings', label: 'Meetings', icon: 'place', about: 'Support groups outside, and those typed in here' },
    ...(supervises(role) ? [{ page: 'lists', label: 'Meeting lists', icon: 'link', about: 'Lists that are fetched by themselves, and what came of each' } as const] : []),
    { page: 'care-rules', label: 'Care rules', icon: 'check', about: 'What levels of care ask for in a week, and by which source' },
    ...(treats(role) ? [{ page: 'follow-up-rules', label: 'Follow-up rules', icon: 'bell', about: 'When attendance opens a task by itself' } as const] : []),
    ...(supervises(role) ? [{ page: 'plan-templates', label: 'Plan templates', icon: 'sheet', about: 'What plans of aftercare begin with' } as const] : []),
    { page: 'own', label: 'My own settings', icon: 'person', about: 'Where I can be written to, and where I am signed in' },
    ...(role === 'admin'
      ? ([
          { page: 'help-numbers', label: 'Help numbers', icon: 'phone', about: 'Emergency, crisis and help lines, and how long each is asked who may talk' },
          { page: 'kiosks', label: 'Kiosks', icon: 'device', about: 'Tablets at which clients check in' },
        ] as const)
      : []),
  ];
}

// Pages that are gone to from another one, which stays marked in the bar.
const within: Record<string, string> = {
  sessions: 'today', 'bad-day': 'today', desk: 'more', team: 'more', own: 'more', disclosures: 'clients', 'hand-over': 'more',
  'weekly-hours': 'more', approvals: 'more', reports: 'more', hours: 'more', kiosks: 'more',
  meetings: 'more', lists: 'more', 'open-sheets': 'more', terms: 'more', 'care-rules': 'more', 'follow-up-rules': 'more', enquiries: 'more',
  support: 'more', 'on-call': 'more', 'help-numbers': 'more', calls: 'more', reminders: 'more', 'reminder-rule': 'more', 'plan-templates': 'more',
};
export const marked = (page: string, role: Role): string => (bar(role).some((place) => place.page === page) ? page : (within[page] ?? page));
