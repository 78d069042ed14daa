// Who may what, for what a page shows; the server decides by itself.
import type { Role } from '../api-types';

export const supervises = (role: Role): boolean => role === 'admin' || role === 'supervisor';
// Roles of people who work here, in the order they are offered in.
export const staffRoles = ['counselor', 'clinician', 'supervisor', 'front_desk', 'admin'] as const satisfies Role[];

// Who may open a record without being assigned: who treats, and does not see everybody anyway.
export const mayOpenRecords = (role: Role): boolean => role === 'clinician' || role === 'counselor';
export const treats = (role: Role): boolean => supervises(role) || role === 'clinician' || role === 'counselor';
