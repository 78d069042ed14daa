// What the server last answered, for when it does not answer: a copy of each of these answers is kept on the device
// (device.ts), and given in place of one that does not come. A page asks as always, and does not know.
import type { Middleware } from 'openapi-fetch';
import type { Device } from './device';

// What a person looks at without a connection. How they were, whom something was told, and how a wish to talk
// stands are not among them: the first two are nobody's business who finds the device, and the last must be true.
const kept = new Set([
  '/api/v1/me', '/api/v1/my/appointments', '/api/v1/my/occurrences', '/api/v1/my/reminders', '/api/v1/my/missed',
  '/api/v1/my/waitlist', '/api/v1/my/commitments', '/api/v1/my/goal', '/api/v1/my/plan', '/api/v1/my/progress',
  '/api/v1/my/visit', '/api/v1/my/reminder-settings',
]);
const patience = 8_000; // ms: an answer of which there is a copy is not waited for longer
// What is asked in order to know how it is now: no copy stands in for it, and none is made.
const mustBeFresh = (request: Request): boolean => request.cache === 'reload';
const isCopy = 'Kept';
const away = (status: number): boolean => status === 502 || status === 503 || status === 504;

export class Copies {
  // Until the connection has been tried what is kept is shown at once.
  first = true;
  // When the server said what was last answered, by path.
  readonly ages = new Map<string, number>();

  constructor(
    private readonly device: Device,
    private readonly now: () => number,
    private readonly tell: { heard: (ages: ReadonlyMap<string, number>) => void; cut: () => void },
  ) {}

  private heard(path: string, at: number): void {
    this.ages.set(path, at);
    this.tell.heard(this.ages);
  }
  private copy(path: string): Response | undefined {
    const copy = this.device.copies.get(path);
    if (!copy) return undefined;
    this.heard(path, copy.at);
    return Response.json(copy.body, { headers: { [isCopy]: '1' } });
  }

  onRequest: NonNullable<Middleware['onRequest']> = ({ request, schemaPath }) => {
    if (request.method !== 'GET' || mustBeFresh(request) || !this.device.copies.has(schemaPath)) return;
    return this.first ? this.copy(schemaPath) : new Request(request, { signal: AbortSignal.timeout(patience) });
  };
  onError: NonNullable<Middleware['onError']> = ({ request, schemaPath }) => {
    this.tell.cut();
    return request.method === 'GET' && !mustBeFresh(request) ? this.copy(schemaPath) : undefined;
  };
  onResponse: NonNullable<Middleware['onResponse']> = async ({ request, response, schemaPath }) => {
    if (request.method !== 'GET' || mustBeFresh(request) || !kept.has(schemaPath) || response.headers.has(isCopy)) return;
    // A proxy says that the server is away.
    if (away(response.status)) {
      this.tell.cut();
      return this.copy(schemaPath);
    }
    if (!response.ok) return;
    const body: unknown = await response.clone().json();
    const at = Date.parse(response.headers.get('Date') ?? '') || this.now();
    this.heard(schemaPath, at);
    this.device.keep(schemaPath, { body, at });
  };
}

// What stands on a page: the oldest of it is how old the page is.
const week = ['appointments', 'occurrences', 'reminders'];
const stands: Record<string, string[]> = {
  plan: ['plan', 'visit'],
  meetings: ['commitments', 'goal'],
  reminders: ['reminders'],
  'make-up': ['missed'],
};
export function ageOf(parts: string[], ages: ReadonlyMap<string, number>): number | null {
  const paths = parts[1] === 'settings' ? ['reminder-settings'] : (stands[parts[0] ?? ''] ?? week);
  const found = paths.map((p) => ages.get(`/api/v1/my/${p}`)).filter((at) => at !== undefined);
  return found.length ? Math.min(...found) : null;
}
