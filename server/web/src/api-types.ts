// The API's types, and the only place that says where they come from: `npm run types` generates
// openapi.d.ts from schema/openapi.json; the names below are how the pages speak of its parts.
import type { components, paths } from './openapi.d.ts';

export type { paths };

type Schemas = components['schemas'];

export type SeatFigures = Schemas['SeatFigures'];
export type HoursFigures = Schemas['HoursFigures'];
export type SheetFigures = Schemas['SheetFigures'];
export type ListedDisclosure = Schemas['ListedDisclosure'];
export type Me = Schemas['Me'];
export type Role = Me['role'];
export type SignIn = Schemas['SignIn'];
export type StaffAccount = Schemas['StaffAccount'];
export type StaffAccountDetail = Schemas['StaffAccountDetail'];
export type AccountState = StaffAccount['state'];
export type StaffChange = Schemas['StaffChange'];
export type PasswordCode = Schemas['PasswordCode'];
export type AuditEntry = Schemas['AuditEntry'];
export type NewOpening = Schemas['NewOpening'];
export type RecordOpening = Schemas['RecordOpening'];
export type Review = Schemas['Review'];
export type SiteDetail = Schemas['SiteDetail'];
export type SiteSettings = Schemas['SiteSettings'];
export type RoomDetail = Schemas['RoomDetail'];
export type RoomSettings = Schemas['RoomSettings'];
export type RoomChange = Schemas['RoomChange'];
export type ServiceWords = Schemas['ServiceWords'];
export type Site = Schemas['Site'];
export type Room = Schemas['Room'];
export type Service = Schemas['Service'];
export type Staff = Schemas['Staff'];
export type ClientSummary = Schemas['ClientSummary'];
export type Client = Schemas['Client'];
export type Phase = NonNullable<ClientSummary['phase']>;
export type EnrolmentCode = Schemas['EnrolmentCode'];

export type Session = Schemas['Session'];
export type SessionKind = Session['kind'];
export type Roster = Schemas['Roster'];
export type Booking = Schemas['Booking'];
export type Change = Schemas['Change'];
export type Group = Schemas['Group'];
export type GroupRow = Schemas['GroupRow'];
export type GroupState = GroupRow['state'];
export type Admission = GroupRow['admission'];
export type Admits = Schemas['Admits'];
export type NewGroup = Schemas['NewGroup'];
export type GroupChange = Schemas['GroupChange'];
export type Enrolment = Schemas['Enrolment'];
export type NewEnrolment = Schemas['NewEnrolment'];
export type EnrolmentChange = Schemas['EnrolmentChange'];
export type Wait = Schemas['Wait'];
export type NewWait = Schemas['NewWait'];
export type Series = Schemas['Series'];
export type SeriesRow = Schemas['SeriesRow'];
export type NewSeries = Schemas['NewSeries'];
export type SeriesEdit = Schemas['SeriesEdit'];
export type Deciding = Pick<SeriesEdit, 'override' | 'leave_out_conflicts'>;
export type SkipReason = Schemas['Skip']['why'];
export type Affected = Schemas['Affected'];
export type Outcome = Affected['outcome'];
export type Preview = Schemas['Preview'];
export type Applied = Schemas['Applied'];

export type Closure = Schemas['Closure'];
export type ClosureChange = Schemas['ClosureChange'];
export type ClosureImportReport = Schemas['ClosureImportReport'];
export type Slot = Schemas['Slot'];
export type SlotWish = NonNullable<paths['/api/v1/slots']['get']['parameters']['query']>;
export type NewSlotHold = Schemas['NewSlotHold'];
export type SlotHold = Schemas['SlotHold'];
export type OpenTime = Schemas['OpenTime'];
export type WorkingTime = Schemas['WorkingTime'];
export type WeeklyBlock = Schemas['WeeklyBlock'];
export type BlockKind = WeeklyBlock['kind'];
export type StaffCredential = Schemas['StaffCredential'];
export type StaffException = Schemas['StaffException'];
export type ExceptionKind = StaffException['kind'];
export type NewException = Schemas['NewException'];
export type Availability = Schemas['Availability'];
export type OutsideCalendar = Schemas['OutsideCalendar'];
export type TroubledSession = Schemas['TroubledSession'];

export type BadDay = Schemas['BadDay'];
export type BadDayPreview = Schemas['BadDayPreview'];
export type BadDayApplied = Schemas['BadDayApplied'];
export type BadDayDecisions = Schemas['BadDayDecisions'];
export type Concerned = Schemas['Concerned'];
export type Decision = Schemas['Decision'];

export type Care = Schemas['Care'];
export type Episode = Schemas['Episode'];
export type DischargeType = NonNullable<Episode['discharge']>;
export type HoldKind = Schemas['EpisodeHold']['kind'];
export type Course = Schemas['Course'];
export type CourseItem = Schemas['CourseItem'];
export type NewClient = Schemas['NewClient'];
export type Duplicates = Schemas['Duplicates'];
export type HandedOver = Schemas['HandedOver'];

export type Sheet = Schemas['Sheet'];
export type SheetLine = Schemas['Line'];
export type Stay = Schemas['Stay'];
export type Mark = Schemas['Mark'];
export type Verdict = Mark['verdict'];
// Of a reminder one can also say that one comes late.
export type Answer = SheetLine['answer'] | NonNullable<Schemas['MyReminder']['answer']>;

export type Reminder = Schemas['MyReminder'];
export type ClientReminder = Schemas['ClientReminder'];
export type Unheard = Schemas['Unheard'];
export type ReminderState = Reminder['state'];
export type SubjectKind = Reminder['subject_kind'];
// What can be said to a reminder, beside what an appointment remembers of it.
export type Said = Answer | NonNullable<Reminder['answer']>;
export type ReminderSettings = Schemas['Settings'];
export type ReminderRule = Schemas['Rule'];
export type NewReminderRule = Schemas['NewRule'];
export type EffectiveRule = Schemas['Effective'];
export type ReminderScope = ReminderRule['scope'];
export type Language = EffectiveRule['language'];
export type ReminderAddress = Schemas['Address'];
export type Channel = ReminderAddress['channel'];
export type AddressState = ReminderAddress['state'];
export type Story = Schemas['Story'];
export type DayCounts = Schemas['DayCounts'];
export type DueReminder = Schemas['DueReminder'];
export type ToCall = Schemas['ToCall'];
export type NewCall = Schemas['NewCall'];
export type CallOutcome = NewCall['outcome'];
export type Unreached = ToCall['why'];
export type Appointment = Schemas['Appointment'];
export type Occurrence = Schemas['Occurrence'];
export type Meeting = Schemas['Meeting'];
export type FoundMeeting = Schemas['FoundMeeting'];
export type NearSearch = Schemas['NearSearch'];
export type NewMeeting = Schemas['NewMeeting'];
export type KeptOccurrence = Schemas['KeptOccurrence'];
export type OccurrenceProof = Schemas['OccurrenceProof'];
export type MeetingFeed = Schemas['MeetingFeed'];
export type NewMeetingFeed = Schemas['NewMeetingFeed'];
export type FeedRun = Schemas['FeedRun'];
export type MeetingList = Schemas['MeetingList'];
export type Commitment = Schemas['Commitment'];
export type Goal = Schemas['Goal'];

export type Problem = Schemas['Problem'];
export type FieldProblem = NonNullable<Problem['errors']>[number];

// What `booking_conflict` and `unavailable` add to a problem; the document leaves such members open.
export type Conflict = Schemas['Conflict'];
export type Trouble = Schemas['Trouble'];

// What `not_eligible` adds: why a client may not join. The law's nobody overrides, the house's a supervisor
// may. No route answers it by itself, so that the document does not know it.
export interface Objection {
  code: string;
  message: string;
  overridable: boolean;
}

export type Consent = Schemas['Consent'];
export type MyConsent = Schemas['MyConsent'];
export type WrittenConsent = Schemas['WrittenConsent'];
export type Told = Consent['kinds'][number];
export type ConsentState = Consent['state'];
export type MayBeTold = Schemas['MayBeTold'];
export type Disclosure = Schemas['Disclosure'];
export type DisclosureView = Schemas['DisclosureView'];
export type DisclosureState = Disclosure['state'];
export type Basis = Disclosure['basis'];
export type MyDisclosure = Schemas['MyDisclosure'];
export type NewDisclosure = Schemas['NewDisclosure'];
export type ExceptionRecord = Schemas['ExceptionRecord'];

export type ChangeOfLine = Schemas['ChangeOfLine'];
export type LineState = NonNullable<ChangeOfLine['after']>;
// Kept as it was written: the document leaves open what is in it.
export type SheetVersion = Omit<Schemas['SheetVersion'], 'what' | 'sheet'> & { what: 'signed' | 'amended' | 'reopened'; sheet: Sheet };
export type Flag = SheetLine['flags'][number];
export type ExcusedBy = NonNullable<SheetLine['excused_by']>;

export type ClientWeek = Schemas['ClientWeek'];
export type WeekHours = Omit<ClientWeek, 'client' | 'preferred_name' | 'family_name'>;
export type HoursBoard = Schemas['HoursBoard'];
export type HoursVerdict = WeekHours['verdict'];
export type NotAsked = NonNullable<WeekHours['not_judged']>;
export type OpenSession = Schemas['OpenSession'];
export type Absence = Schemas['Absence'];
export type MakeUpState = Absence['state'];
export type MyMissed = Schemas['MyMissed'];
export type MyOpen = Schemas['MyOpen'];

export type Card = Schemas['Card'];
export type CardWithPin = Schemas['CardWithPin'];
export type CardState = Card['state'];
export type KioskRow = Schemas['KioskRow'];
export type KioskWithCode = Schemas['KioskWithCode'];
export type KioskState = KioskRow['state'];
export type Arrivals = Schemas['Arrivals'];
export type Expected = Schemas['Expected'];
export type Proposed = Schemas['Proposed'];
export type How = Proposed['how'];
export type CheckedIn = Schemas['CheckedIn'];
export type KioskSelf = Schemas['KioskSelf'];
export type AtKiosk = Schemas['KioskAnswer']['outcome'];

export type Enquiry = Schemas['Enquiry'];
export type EnquiryRow = Schemas['EnquiryRow'];
export type EnquiryState = EnquiryRow['state'];
export type EnquiryWork = NonNullable<EnquiryRow['last']>;
export type EnquiryOutcome = Schemas['EnquiryCall']['outcome'];
export type EnquiryKeeping = Schemas['EnquiryKeeping'];
export type EnquiryFigures = Schemas['EnquiryFigures'];
export type EnquirySite = Schemas['EnquirySite'];
export type EnquiryThanks = Schemas['EnquiryThanks'];
export type NewEnquiry = Schemas['NewEnquiry'];
export type Task = Schemas['Task'];
export type AttendanceFigures = Schemas['AttendanceFigures'];
export type Turnout = Schemas['Turnout'];
export type Census = Schemas['Census'];
export type Load = Schemas['Load'];

export type AskedByLink = Schemas['AskedByLink'];
export type HelpNumbers = Schemas['HelpNumbers'];
export type HelpSettings = Schemas['HelpSettings'];
export type CallCost = HelpSettings['helpline_cost'];
export type MySupport = Schemas['MySupport'];
export type MyWait = Schemas['MyWait'];
export type SupportRequest = Schemas['SupportRequest'];
export type SupportOutcome = NonNullable<SupportRequest['outcome']>;
export type OnCallRota = Schemas['OnCallRota'];
export type OnCallShift = Schemas['OnCallShift'];
export type NewOnCallShift = Schemas['NewOnCallShift'];

export type OpenSheet = Schemas['OpenSheet'];
export type Terms = Schemas['Terms'];
export type Policy = Schemas['Policy'];
export type PolicyRow = Schemas['PolicyRow'];
export type NewPolicy = Schemas['NewPolicy'];
export type CareRule = Schemas['CareRule'];
export type NewCareRule = Schemas['NewCareRule'];
export type PartialWeek = CareRule['partial_week'];
export type CarePolicy = Schemas['CarePolicy'];
export type FollowUpRule = Schemas['FollowUpRule'];
export type Threshold = Schemas['Threshold'];

export type PlanGoal = Schemas['PlanGoal'];
export type GoalKind = PlanGoal['kind'];
export type TemplateGoal = Schemas['TemplateGoal'];
export type SelfCheckTerms = Schemas['SelfCheckTerms'];
export type Plan = Schemas['Plan'];
export type PlanVersion = Schemas['PlanVersion'];
export type PlanState = PlanVersion['state'];
export type PlanDraft = Schemas['PlanDraft'];
export type WrittenPlan = Schemas['WrittenPlan'];
export type PlanTemplate = Schemas['PlanTemplate'];
export type NewTemplate = Schemas['NewTemplate'];
export type GoalProgress = Schemas['GoalProgress'];
export type MyPlan = Schemas['MyPlan'];
export type MyPlanVersion = Schemas['MyPlanVersion'];
export type MyVisit = Schemas['MyVisit'];
export type SelfCheck = Schemas['SelfCheck'];
export type NewSelfCheck = Schemas['NewSelfCheck'];
export type SelfCheckSaid = Schemas['SelfCheckSaid'];
export type Trigger = Schemas['Trigger'];
