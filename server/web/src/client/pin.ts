// What is said of a PIN.
export const notAPin = 'A PIN has 4 to 8 digits.';

// `left`: how many tries there still are.
export function wrongPin(left: number): string {
  if (left > 1) return `That is not the PIN. After ${left} more wrong tries this device is signed out.`;
  return 'That is not the PIN. After one more wrong try this device is signed out.';
}
