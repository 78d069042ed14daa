// Where one can go: the bar has room for what is used every hour, everything else is one step further.
import type { Role } from '../api-types';
import type { IconName } from '../ui/icons';
import { supervises, treats } from './roles';

export interface Place {
  page: string;
  label: string;
  icon: IconName;
}

export function bar(role: Role): Place[] {
  return [
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
    { page: 'hours', label: 'Hours', icon: 'clock', about: 'When everybody works, leave, closed days' },
    ...(supervises(role) ? [{ page: 'terms', label: 'Terms of attendance', icon: 'door', about: 'Grace, breaks, excuses: how minutes are counted and sheets are kept' } as const] : []),
    { page: 'care-rules', label: 'Care rules', icon: 'check', about: 'What levels of care ask for in a week, and by which source' },
    ...(treats(role) ? [{ page: 'follow-up-rules', label: 'Follow-up rules', icon: 'bell', about: 'When attendance opens a task by itself' } as const] : []),
    ...(supervises(role) ? [{ page: 'plan-templates', label: 'Plan templates', icon: 'sheet', about: 'What plans of aftercare begin with' } as const] : []),
    ...(role === 'admin' ? [{ page: 'kiosks', label: 'Kiosks', icon: 'device', about: 'Tablets at which clients check in' } as const] : []),
  ];
}

// Pages that are gone to from another one, which stays marked in the bar.
const within: Record<string, string> = {
  sessions: 'today', 'bad-day': 'today', disclosures: 'clients', 'hand-over': 'more',
  'weekly-hours': 'more', approvals: 'more', reports: 'more', hours: 'more', kiosks: 'more',
  'open-sheets': 'more', terms: 'more', 'care-rules': 'more', 'follow-up-rules': 'more', 'plan-templates': 'more',
};
export const marked = (page: string): string => within[page] ?? page;
