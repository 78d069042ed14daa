// What the public page says, in words of our own. The facts behind them:
//
//   the signs    DSM-5's criteria of substance use disorders (time, trouble at work, school or home, interests
//                given up, tolerance, withdrawal), and what families notice first (money, hygiene, denial)
//   stopping     alcohol and sedatives: SAMHSA, TIP 45, "Detoxification and Substance Abuse Treatment", ch. 4;
//                benzodiazepines: FDA, Drug Safety Communication of 23 September 2020 (boxed warning);
//                opioids: TIP 45, ch. 4, and the loss of tolerance in SAMHSA's "Overdose Prevention and Response
//                Toolkit"
//   overdose     CDC, "Recognizing an opioid overdose", and the toolkit for alcohol
//   988          988lifeline.org: call, text and chat, day and night, free
import type { HelpNumbers, Whom } from './help-api';

export interface Sign {
  id: string;
  title: Record<Whom, string>;
  about: Record<Whom, string>;
  means: string;
}

export const signs: Sign[] = [
  {
    id: 'time',
    title: { oneself: 'Most of my time goes into it', other: 'Most of their time goes into it' },
    about: { oneself: 'Getting it, being high or drunk, getting over it.', other: 'Getting it, being high or drunk, getting over it.' },
    means: 'It has begun to decide what a day is for.',
  },
  {
    id: 'money',
    title: { oneself: 'The money is gone', other: 'Their money is gone' },
    about: { oneself: 'I spend all I have on it, or owe it, and bills wait.', other: 'They spend all they have on it, borrow or sell things, and bills wait.' },
    means: 'It comes before rent and food.',
  },
  {
    id: 'consequences',
    title: { oneself: 'I carry on in spite of trouble', other: 'They carry on in spite of trouble' },
    about: { oneself: 'Work, school or home suffers, and I go on all the same.', other: 'Work, school or home suffers, and they go on all the same.' },
    means: 'Knowing better no longer stops it. That is no weakness; it is how it works.',
  },
  {
    id: 'denial',
    title: { oneself: 'I say there is no problem', other: 'They say there is no problem' },
    about: { oneself: 'To others or to myself, while I half know better. Or I hide how much it is.', other: 'They get angry when asked, or hide how much it is.' },
    means: 'Shame and fear talk like that. It makes this the hardest sign to see from within.',
  },
  {
    id: 'interest',
    title: { oneself: 'I have lost interest', other: 'They have lost interest' },
    about: { oneself: 'Friends, work, what I used to enjoy: little of it matters now.', other: 'Friends, work, what they used to enjoy: little of it matters now.' },
    means: 'What else gave joy cannot keep up with it, for a while.',
  },
  {
    id: 'care',
    title: { oneself: 'I look after myself less', other: 'They look after themselves less' },
    about: { oneself: 'Washing, clean clothes, proper meals: it has slipped.', other: 'Washing, clean clothes, proper meals: it has slipped.' },
    means: 'The body pays first, often before anything else shows.',
  },
  {
    id: 'tolerance',
    title: { oneself: 'It takes more than it used to', other: 'It takes more than it used to' },
    about: { oneself: 'The same amount does less, so I take more, or take it more often.', other: 'The same amount does less, so they take more, or take it more often.' },
    means: 'The body has got used to it. That is how dependence begins, and it brings an overdose nearer.',
  },
  {
    id: 'distress',
    title: { oneself: 'I feel awful without it', other: 'They are in distress without it' },
    about: { oneself: 'Restless, anxious, sick or low when I can’t have it.', other: 'Restless, anxious, sick or low when they can’t have it.' },
    means: 'This can be withdrawal. Read on below before anybody stops.',
  },
];

// What so many ticks say. None of the answers lets anybody off: there are signs this list does not have.
export function verdict(ticked: number, whom: Whom): string {
  const they = whom === 'other';
  if (ticked === 0)
    return they
      ? 'None ticked. That clears nobody: people hide these things well, and there are signs that are not on this list. If you worry enough to have come here, that is reason enough to talk to somebody.'
      : 'None ticked. That clears nobody: these things are hard to see from within, and there are signs that are not on this list. If you came here because something worries you, that is reason enough to talk to somebody.';
  const count = ticked === 1 ? 'One of eight.' : `${['', '', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'All'][ticked]}${ticked === 8 ? ' eight.' : ' of eight.'}`;
  if (ticked <= 2)
    return `${count} ${they ? 'Even one that lasts is worth a talk, with them and with somebody who knows.' : 'Even one that lasts is worth a talk with somebody who knows.'} It is easier early.`;
  return `${count} ${they ? 'So many together seldom go away by themselves, and it is not your doing.' : 'So many together seldom go away by will alone, and that is nobody’s failing.'} It can be treated, and people get well. Talk to somebody soon.`;
}

export const noDiagnosis =
  'This is no diagnosis. Only somebody who has talked with the person can make one, and no number of ticks, none included, clears anybody.';

export const stopping = [
  ['Alcohol', 'After weeks of daily drinking, stopping at once can bring on seizures and confusion that kill.'],
  ['Benzodiazepines', 'Xanax, Valium, Ativan, Klonopin and the like: stopping at once can bring on seizures. They are reduced slowly, by a doctor’s plan.'],
  ['Opioids', 'Heroin, fentanyl, pain pills: withdrawal is hard and can dry the body out. Worse, after a few days without, the dose that was usual before can kill.'],
] as const;

export const overdose = [
  'can’t be woken, or does not answer',
  'breathes slowly or hardly, or has stopped',
  'gurgles, chokes or snores deeply',
  'lips or nails are blue, grey or very pale',
  'skin is cold and damp, the body limp',
  'pupils are as small as pinpoints',
] as const;

// Who answers the helpline, when, and who pays: what was not said is said to be unknown.
export function helplineWords(numbers: HelpNumbers): string[] {
  if (!numbers.helpline) return ['We have no helpline of our own.'];
  return [
    numbers.helpline_who ? `Who answers: ${numbers.helpline_who}.` : 'Somebody of our staff answers.',
    numbers.helpline_hours ? `When: ${numbers.helpline_hours}.` : 'We can’t say here at which hours. If nobody answers, ask below to be called back.',
    costWords[numbers.helpline_cost],
  ].map((text) => text.replace(/\.\.$/, '.'));
}
const costWords: Record<HelpNumbers['helpline_cost'], string> = {
  free: 'The call costs you nothing.',
  charged: 'You pay for the call what your telephone plan asks for any other.',
  unknown: 'Whether the call costs anything depends on your telephone plan.',
};

// Of the national line that is known; of another number, what it is for.
export const crisisWords = (number: string): string =>
  number === '988'
    ? 'The 988 Lifeline, for thoughts of suicide or any crisis, also over drink or drugs: call or text. Trained counselors answer, day and night, and it is free.'
    : 'The crisis line, for thoughts of suicide or any other crisis.';
