// After a refusal: to the first field that is wrong, as soon as it is drawn so.
export function toInvalid(): void {
  setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
}
