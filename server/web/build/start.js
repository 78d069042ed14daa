// Which language: the address says (?language=es), or the choice kept on this device, or the browser. Then the
// parts of the page in that language are fetched and started, and no others.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem('language');
  } catch {
    // A device that keeps nothing.
  }
  const wished = [new URLSearchParams(location.search).get('language'), kept, ...(navigator.languages || [navigator.language])];
  const language = wished.map((w) => (w || '').slice(0, 2).toLowerCase()).find((w) => w === 'en' || w === 'es') || 'en';
  document.documentElement.lang = language;
  const parts = [...document.querySelectorAll(`link[rel="alternate"][hreflang="${language}"]`)].map((link) => link.href);
  const add = (tag, properties) => document.head.append(Object.assign(document.createElement(tag), { crossOrigin: '', ...properties }));
  for (const href of parts.slice(1)) add('link', { rel: 'modulepreload', href });
  add('script', { type: 'module', src: parts[0] });
})();
