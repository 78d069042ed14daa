// Where one can go: the bar has room for what is used every hour, everything else is one step further.
import type { Role } from '../api-types';
import type { IconName } from '../ui/icons';
import { mayOpenRecords, supervises, treats } from './roles';

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

export interface Described extends Place {
  about: string;
}

// What is looked at in the course of a week. What is set once and kept is under Settings.
export function further(role: Role): Described[] {
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
      ? ([
          { page: 'approvals', label: 'Reports to approve', icon: 'lock', about: 'What is to be told of clients, and waits for a supervisor' },
          { page: 'openings', label: 'Opened without being assigned', icon: 'lock', about: 'Who opened a record that is not theirs, and why' },
        ] as const)
      : []),
    { page: 'enquiries', label: 'Enquiries', icon: 'phone', about: 'Who asked for help and is to be called, and what came of it' },
    { page: 'calls', label: 'Call list', icon: 'phone', about: 'Clients whom no message reaches, and who are expected within two days' },
    { page: 'reminders', label: 'Reminders', icon: 'bell', about: 'What is sent, day by day, what became of it, and why' },
    { page: 'hours', label: 'Hours', icon: 'clock', about: 'When everybody works, leave, closed days' },
    { page: 'meetings', label: 'Meetings', icon: 'place', about: 'Support groups outside, and those typed in here' },
    ...(mayOpenRecords(role) ? [{ page: 'open-record', label: 'Open a record', icon: 'lock', about: 'In an emergency, of a client whom you are not assigned to' } as const] : []),
    { page: 'settings', label: 'Settings', icon: 'settings', about: supervises(role) ? 'Places, rules, messages, people and accounts' : 'Your numbers, password and devices, and the rules that hold here' },
  ];
}

// By what somebody looks for, not by what it is in the program.
export function settings(role: Role): { title: string; places: Described[] }[] {
  const sections: { title: string; places: (Described | false)[] }[] = [
    {
      title: 'You',
      places: [{ page: 'settings/you', label: 'My own settings', icon: 'person', about: 'Where I can be written to, where I am signed in, my password' }],
    },
    {
      title: 'People',
      places: [
        role === 'admin' && { page: 'settings/accounts', label: 'Accounts', icon: 'people', about: 'Who works here, their role, and whether they can sign in' },
        supervises(role) && { page: 'audit', label: 'Audit', icon: 'search', about: 'Who did or looked at what, and when' },
      ],
    },
    {
      title: 'Places',
      places: [
        supervises(role) && { page: 'settings/sites', label: 'Sites and rooms', icon: 'place', about: 'Names, addresses, seats, and rooms that are no longer used' },
        role === 'admin' && { page: 'kiosks', label: 'Kiosks', icon: 'device', about: 'Tablets at which clients check in' },
        role === 'admin' && { page: 'help-numbers', label: 'Help numbers', icon: 'phone', about: 'Emergency, crisis and help lines, and how long each is asked who may talk' },
      ],
    },
    {
      title: 'Care',
      places: [
        supervises(role) && { page: 'settings/services', label: 'Services', icon: 'week', about: 'What sessions are for, who may lead them, and what clients book' },
        supervises(role) && { page: 'terms', label: 'Terms of attendance', icon: 'door', about: 'Grace, breaks, excuses: how minutes are counted and sheets are kept' },
        { page: 'care-rules', label: 'Care rules', icon: 'check', about: 'What levels of care ask for in a week, and by which source' },
        treats(role) && { page: 'follow-up-rules', label: 'Follow-up rules', icon: 'bell', about: 'When attendance opens a task by itself' },
        supervises(role) && { page: 'plan-templates', label: 'Plan templates', icon: 'sheet', about: 'What plans of aftercare begin with' },
      ],
    },
    {
      title: 'Messages and lists',
      places: [
        supervises(role) && { page: 'reminder-rule', label: 'Reminder rule', icon: 'bell', about: 'When, where and in which words everybody is reminded' },
        supervises(role) && { page: 'lists', label: 'Meeting lists', icon: 'link', about: 'Lists that are fetched by themselves, and what came of each' },
        supervises(role) && { page: 'settings/keeping', label: 'Keeping enquiries', icon: 'clock', about: 'How long people are kept who asked for help and were not admitted' },
      ],
    },
  ];
  return sections
    .map(({ title, places }) => ({ title, places: places.filter((place) => place !== false) }))
    .filter(({ places }) => places.length);
}

// Pages that are gone to from another one, which stays marked in the bar.
const within: Record<string, string> = { sessions: 'today', 'bad-day': 'today', disclosures: 'clients', 'hand-over': 'more', audit: 'more' };
const beyond = (role: Role): string[] => [...further(role), ...settings(role).flatMap(({ places }) => places)].map((place) => place.page.split('/')[0]!);
export function marked(page: string, role: Role): string {
  if (bar(role).some((place) => place.page === page)) return page;
  return within[page] ?? (beyond(role).includes(page) ? 'more' : page);
}
