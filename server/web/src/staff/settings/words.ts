// How the settings' pages speak of what the server answers.
import type { AccountState } from '../../api-types';

export const accountWords: Record<AccountState, string> = {
  none: 'Cannot sign in yet', waiting: 'Has a code to choose a password', good: 'Can sign in', disabled: 'Shut out',
};

const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/Chrom(e|ium)\//, 'Chrome'], [/Safari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iPhone or iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'Mac'], [/Linux|X11/, 'Linux'],
];
// "Firefox on Linux", where a browser's long name says so; what somebody called their program, as it is.
export function deviceWords(device: string): string {
  const browser = browsers.find(([sign]) => sign.test(device))?.[1];
  const system = systems.find(([sign]) => sign.test(device))?.[1];
  if (!browser || !system) return device;
  return `${browser} on ${system}`;
}

// A login as it is usually made of a name: "Nora Lindqvist" is nora.lindqvist.
export function loginFrom(name: string): string {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  return plain.split(/[^a-z0-9]+/).filter(Boolean).join('.').slice(0, 100);
}
