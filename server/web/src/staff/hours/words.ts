// Hours in words.
import type { BlockKind, ExceptionKind } from '../../api-types';

export const blockWords: Record<BlockKind, string> = { lunch: 'Lunch', notes: 'Notes', team: 'Team', supervision: 'Supervision' };
export const exceptionWords: Record<ExceptionKind, string> = { off: 'Off', leave: 'Leave', extra: 'Extra hours' };
