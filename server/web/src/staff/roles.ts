// Who may what, for what a page shows; the server decides by itself.
import type { Role } from '../api-types';

export const supervises = (role: Role): boolean => role === 'admin' || role === 'supervisor';
export const treats = (role: Role): boolean => supervises(role) || role === 'clinician' || role === 'counselor';
