// A browser as people call it: "Chrome on Linux". What calls itself otherwise keeps its name.
export function deviceWords(device: string): string {
  if (!device.startsWith('Mozilla/')) return device;
  const browser = /Edg\//.test(device) ? 'Edge' : /OPR\//.test(device) ? 'Opera' : /Firefox\//.test(device) ? 'Firefox' : /Chrome\//.test(device) ? 'Chrome' : /Safari\//.test(device) ? 'Safari' : 'A browser';
  const system = /Android/.test(device) ? 'Android' : /iPhone|iPad/.test(device) ? 'an iPhone or iPad' : /Windows/.test(device) ? 'Windows' : /Mac OS X/.test(device) ? 'a Mac' : /Linux/.test(device) ? 'Linux' : '';
  return system ? `${browser} on ${system}` : browser;
}
