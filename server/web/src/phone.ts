// A telephone number as a link. An extension comes after a pause, which is how a phone dials one.
export function telOf(number: string): string {
  const [main = '', extension = ''] = number.split(/(?:extension|ext\.?|x|#)/i);
  const digits = main.replace(/\D/g, '');
  const dialled = (main.trimStart().startsWith('+') ? '+' : '') + digits;
  const behind = extension.replace(/\D/g, '');
  return `tel:${dialled}${behind ? `,${behind}` : ''}`;
}
