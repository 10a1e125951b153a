// Types of the HTTP API, written from the server's structs by `make types`. Do not edit by hand.

export interface AgentList {
  items: AgentView[];
}

export interface AgentView {
  userId: string;
  name: string;
  role: string;
}

export interface ArchiveCountsView {
  added: number;
  known: number;
  refused: Record<string, number>;
  files: number;
  filesMissing: number;
  firstAt: string | null;
  lastAt: string | null;
  years: Record<string, number>;
}

export interface ArchiveFaultPage {
  items: ArchiveFaultView[];
  next: string | null;
}

export interface ArchiveFaultView {
  line: number;
  code: string;
  shown: string;
}

export interface ArchiveFound {
  kind: ArchiveKind;
  messages: number;
  files: number;
  people: string[];
  partner: string;
  me: string;
  order: DateOrder;
  isOrderOpen: boolean;
  columns: string[];
  sample: string[][];
  guess: Record<string, Meaning>;
}

export type ArchiveKind = "chat" | "table";

export interface ArchiveList {
  items: ArchiveView[];
}

export interface ArchivePlanInput {
  deviceId: string;
  chatId: string | null;
  phone: string;
  me: string;
  zone: string;
  order: DateOrder;
  region: string;
  mapping: Record<string, Meaning>;
}

export interface ArchivePlanView {
  deviceId: string;
  address: string;
  me: string;
  zone: string;
  order: DateOrder;
  region: string;
  mapping: Record<string, Meaning>;
}

export interface ArchiveSample {
  at: string;
  fromMe: boolean;
  author: string;
  kind: string;
  body: string;
  fileName: string;
  hasFile: boolean;
  isNew: boolean;
}

export type ArchiveState = "planning" | "checking" | "checked" | "running" | "finished" | "cancelled" | "failed" | "removing" | "removed";

export interface ArchiveView {
  id: string;
  fileName: string;
  fileSize: number;
  found: ArchiveFound;
  plan: ArchivePlanView | null;
  state: ArchiveState;
  failure: string | null;
  rowsTotal: number | null;
  rowsDone: number;
  counts: ArchiveCountsView;
  sample: ArchiveSample[];
  removed: number;
  createdAt: string;
  updatedAt: string;
}

export interface AssigneePart {
  userId: string;
  name: string;
}

export interface Attention {
  kind: AttentionKind;
  code: string;
  id: string | null;
  name: string;
  since: string | null;
  data: Record<string, unknown>;
}

export type AttentionKind = "stop" | "device" | "campaign" | "import" | "storage" | "setup";

export interface Audience {
  niches: string[];
  statuses: string[];
  deviceIds: string[];
  includeUnknownConsent: boolean;
}

export interface BulkAnswer {
  done: number;
  skipped: number;
  next: string | null;
}

export interface BulkChange {
  verb: BulkVerb;
  tags: string[];
  name: string;
  value: string;
  status: LeadStatus | null;
  deviceId: string | null;
  reason: SuppressionReason | null;
}

export interface BulkCountsView {
  changed: number;
  unchanged: number;
  gone: number;
  full: number;
  undone: number;
  kept: number;
}

export interface BulkEditInput {
  change: BulkChange;
  leadIds: string[] | null;
  count: number;
}

export interface BulkEditList {
  items: BulkEditView[];
}

export interface BulkEditView {
  id: string;
  change: BulkChange;
  state: BulkState;
  failure: string | null;
  leads: number;
  leadsDone: number;
  leadsBack: number;
  counts: BulkCountsView;
  undoUntil: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface BulkInput {
  verb: Verb;
  state: DeviceState | null;
  cause: string | null;
  q: string | null;
  after: string | null;
}

export type BulkState = "running" | "finished" | "cancelled" | "failed" | "undoing" | "undone";

export type BulkVerb = "add_niches" | "remove_niches" | "add_triggers" | "remove_triggers" | "set_value" | "set_status" | "move" | "suppress" | "delete";

export interface CalendarEntry {
  id: string;
  name: string;
  state: CampaignState;
  at: string;
}

export interface CalendarView {
  items: CalendarEntry[];
  complete: boolean;
}

export interface CampaignEdit extends CampaignInput {
  version: number;
}

export interface CampaignInput {
  name: string;
  body: string;
  mediaId: string | null;
  audience: Audience;
  startsAt: string | null;
  gapMinS: number | null;
  gapMaxS: number | null;
}

export interface CampaignPage {
  items: CampaignRow[];
  next: string | null;
}

export interface CampaignRow {
  id: string;
  name: string;
  state: CampaignState;
  stateReason: string | null;
  startsAt: string | null;
  createdAt: string;
  launchedAt: string | null;
  finishedAt: string | null;
  recipients: number;
  groups: Groups;
  hasImage: boolean;
}

export type CampaignState = "draft" | "scheduled" | "running" | "paused" | "finished" | "cancelled";

export interface CampaignView {
  id: string;
  name: string;
  body: string;
  mediaId: string | null;
  audience: Audience;
  startsAt: string | null;
  gapMinS: number | null;
  gapMaxS: number | null;
  state: CampaignState;
  stateReason: string | null;
  stateFacts: Record<string, number>;
  stateSince: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  createdByName: string | null;
  launchedAt: string | null;
  finishedAt: string | null;
  finishEstimateS: number | null;
  overrideByName: string | null;
}

export interface CannedReplyInput {
  shortcut: string;
  body: string;
}

export interface CannedReplyList {
  items: CannedReplyView[];
}

export interface CannedReplyView {
  id: string;
  shortcut: string;
  body: string;
}

export interface CapabilitiesView {
  linkByCode: boolean;
  sends: MessageKind[];
  receives: MessageKind[];
  quotes: boolean;
  receipts: boolean;
  ownEcho: boolean;
  typing: boolean;
  numberCheck: boolean;
  history: boolean;
  mediaDownload: boolean;
  lids: boolean;
  maxImageBytes: number;
  maxFileBytes: number;
}

export interface CardPart {
  name: string;
  phones: string[];
  vcard: string;
}

export interface ChatInput {
  deviceId: string;
  phone: string;
  unchecked: boolean;
}

export interface ChatPage {
  items: ChatView[];
  next: string | null;
  counts: ChatTally;
}

export interface ChatPatch {
  pinned?: boolean;
  archived?: boolean;
  mutedUntil?: string | null;
  assignedTo?: string | null;
  labels?: string[];
}

export interface ChatTally {
  unread: number;
  mine: number;
  unassigned: number;
  archived: number;
}

export interface ChatView {
  id: string;
  deviceId: string;
  deviceName: string;
  kind: string;
  address: string;
  phone: string | null;
  name: string;
  contactId: string | null;
  leadId: string | null;
  picture: string | null;
  lastAt: string;
  last: LastPart | null;
  unread: number;
  readUntil: string | null;
  pinnedAt: string | null;
  mutedUntil: string | null;
  archivedAt: string | null;
  assignedTo: AssigneePart | null;
  labels: string[];
  suppressed: boolean;
  closed: string | null;
}

export interface CheckView {
  code: string;
  times: number;
}

export interface ChecksView {
  checkedAt: string;
  checks: CheckView[];
}

export interface CodeCount {
  state: string;
  code: string | null;
  count: number;
  mayRetry: boolean;
}

export interface CodeInput {
  code: string;
}

export interface ConsentEntry {
  consent: ConsentState;
  source: string;
  givenAt: string | null;
  recordedAt: string;
  recordedBy: string | null;
}

export type ConsentState = "unknown" | "granted" | "refused";

export interface ContactPart {
  id: string;
  name: string;
  phone: string | null;
}

export interface CourseView {
  step: string;
  moments: MomentView[];
}

export type DateOrder = "day_first" | "month_first" | "year_first";

export interface DeviceCount {
  deviceId: string | null;
  count: number;
}

export interface DeviceInput {
  name: string;
  transport: string;
}

export interface DeviceLoad {
  deviceId: string;
  name: string;
  state: DeviceState;
  recipients: number;
  finishEstimateS: number | null;
}

export interface DevicePage {
  items: DeviceView[];
  next: string | null;
  total: number;
  counts: Record<string, number>;
}

export interface DevicePatch {
  name?: string;
}

export type DeviceState = "unlinked" | "linking" | "connecting" | "online" | "waiting" | "restricted" | "replaced" | "logged_out" | "banned" | "outdated" | "stopped";

export interface DeviceView {
  id: string;
  name: string;
  transport: string;
  phone: string | null;
  lid: string | null;
  pushName: string | null;
  state: DeviceState;
  cause: string;
  stateUntil: string | null;
  stateSince: string;
  wanted: Wanted;
  hold: string | null;
  holdUntil: string | null;
  lastSeenAt: string | null;
  lastInboundAt: string | null;
  lastSentAt: string | null;
  linkedAt: string | null;
  createdAt: string;
  sentHour: number;
  sentDay: number;
  hourlyCap: number | null;
  dailyCap: number | null;
  queued: number;
}

export type DuplicateRule = "keep_existing" | "fill_empty" | "overwrite";

export interface EditInput {
  body: string;
  clientId: string | null;
}

export interface EnrolmentView {
  secret: string;
  address: string;
  qr: string;
}

export interface EntryInput {
  token: string;
}

export type Field = "phone" | "name" | "niche" | "status" | "triggers" | "note" | "zone" | "language" | "consent" | "consent_source" | "consent_date" | "variable" | "ignore";

export interface FileConsent {
  source: string;
  givenAt: string;
}

export type FileState = "waiting" | "later" | "no_room" | "ready" | "removed" | "expired" | "damaged" | "too_large" | "left_out";

export interface FleetDevice {
  id: string;
  name: string;
  state: DeviceState;
  cause: string;
}

export interface GalleryPage {
  items: MessageView[];
  next: string | null;
}

export interface Groups {
  waiting: number;
  sending: number;
  sent: number;
  failed: number;
  unknown: number;
  notSent: number;
}

export interface Health {
  status: string;
  version: string;
}

export interface HeldMessagePage {
  items: HeldMessageView[];
  next: string | null;
}

export interface HeldMessageView {
  id: string;
  state: OutboxState;
  at: string;
  name: string;
  address: string;
  words: string;
  deviceId: string;
  deviceName: string;
  chatId: string | null;
  messageId: string | null;
  sentBy: string | null;
  campaignId: string | null;
  campaignName: string | null;
  mayRetry: boolean;
}

export interface HelpedUser {
  path: string;
}

export interface HistoryView {
  offered: number;
  done: number;
  failed: number;
  retriable: number;
  messages: number;
  percent: number;
}

export interface HoldView {
  reason: string;
  count: number;
  until: string | null;
}

export interface ImportCounts {
  created: number;
  merged: number;
  unchanged: number;
  duplicatesInFile: number;
  refused: Record<string, number>;
  consentGranted: number;
  consentUnknown: number;
  consentRefused: number;
  suppressed: number;
}

export interface ImportErrorPage {
  items: ImportErrorView[];
  next: string | null;
}

export interface ImportErrorView {
  rowNumber: number;
  columnName: string;
  code: string;
  shown: string;
}

export interface ImportList {
  items: ImportView[];
}

export interface ImportPlan {
  mapping: Record<string, Field>;
  deviceIds: string[];
  duplicates: DuplicateRule;
  consent: FileConsent | null;
  niches: string[];
  status: LeadStatus;
  region: string;
}

export type ImportState = "mapping" | "checking" | "checked" | "running" | "finished" | "cancelled" | "failed";

export interface ImportView {
  id: string;
  fileName: string;
  fileSize: number;
  kind: string;
  encoding: string | null;
  delimiter: string | null;
  columns: string[];
  sample: string[][];
  guess: Record<string, Field>;
  plan: ImportPlan | null;
  state: ImportState;
  failure: string | null;
  rowsTotal: number | null;
  rowsDone: number;
  counts: ImportCounts;
  createdAt: string;
  updatedAt: string;
}

export interface InvitationInput {
  token: string;
  name: string;
  password: string;
}

export interface InvitedUser {
  user: UserView;
  invitationPath: string;
}

export interface JobView {
  name: string;
  ranAt: string;
  tookS: number;
  failedAt: string | null;
  fault: string | null;
}

export interface KeepingView {
  files: number;
  bytes: number;
  quota: number | null;
  expiredFiles: number;
  expiredBytes: number;
  expiredMessages: number;
}

export interface KeyInput {
  name: string;
  permissions: Permission[];
  deviceIds: string[] | null;
  expiresAt: string | null;
}

export interface KeyList {
  items: KeyView[];
  scopes: Record<string, Permission[]>;
}

export interface KeyView {
  id: string;
  name: string;
  prefix: string;
  permissions: Permission[];
  deviceIds: string[] | null;
  createdBy: string;
  createdByName: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface LabelInput {
  name: string;
  colour: string;
}

export interface LabelList {
  items: LabelView[];
}

export interface LabelPatch {
  name: string | null;
  colour: string | null;
}

export interface LabelView {
  id: string;
  name: string;
  colour: string;
}

export type Language = "en" | "ms";

export interface LastPart {
  id: string;
  kind: MessageKind;
  body: string;
  fromMe: boolean;
  senderName: string;
  tick: MessageStatus | null;
  deleted: boolean;
}

export interface LaunchInput {
  version: number;
}

export interface LeadFacets {
  niches: NamedCount[];
  statuses: NamedCount[];
  devices: DeviceCount[];
  consents: NamedCount[];
  suppressed: number;
}

export interface LeadHistoryView {
  consents: ConsentEntry[];
  campaigns: ReceivedCampaignView[];
}

export interface LeadInput {
  phone: string;
  name: string;
  niches: string[];
  status: LeadStatus;
  triggers: string[];
  note: string;
  deviceId: string | null;
  consent: ConsentState;
  consentSource: string | null;
  consentAt: string | null;
  zone: string | null;
  variables: Record<string, string>;
}

export interface LeadPage {
  items: LeadView[];
  next: string | null;
  total: number;
}

export interface LeadPatch {
  version: number;
  phone?: string;
  name?: string;
  niches?: string[];
  status?: LeadStatus;
  triggers?: string[];
  note?: string;
  deviceId?: string | null;
  consent?: ConsentState;
  consentSource?: string | null;
  consentAt?: string | null;
  zone?: string | null;
  variables?: Record<string, string>;
}

export type LeadStatus = "prospect" | "customer";

export interface LeadView {
  id: string;
  contactId: string;
  phone: string;
  name: string;
  niches: string[];
  status: LeadStatus;
  triggers: string[];
  note: string;
  deviceId: string | null;
  consent: ConsentState;
  consentSource: string | null;
  consentAt: string | null;
  zone: string | null;
  variables: Record<string, string>;
  suppressed: boolean;
  suppressedReason: string | null;
  suppressedAt: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
}

export interface LinkInput {
  method: LinkingMethod;
  phone: string | null;
}

export type LinkingMethod = "qr" | "code";

export type LinkingStep = "requested" | "qr" | "code" | "passkey" | "passkey_code" | "linked" | "failed";

export interface LinkingView {
  deviceId: string;
  method: LinkingMethod;
  step: LinkingStep;
  shown: string | null;
  failure: string | null;
  requestedAt: string;
  expiresAt: string | null;
  answer: PasskeyAnswer | null;
}

export interface LiveEvent {
  topic: string;
  seq: number;
  kind: string;
  ids: string[];
}

export interface LiveEvents {
  events: LiveEvent[];
  head: number;
  resync: boolean;
}

export interface LogLine {
  at: string;
  deviceId: string | null;
  deviceName: string;
  leadName: string;
  state: string;
  code: string | null;
  recipientId: string;
}

export interface MadeKeyView {
  key: KeyView;
  text: string;
}

export interface Me {
  user: UserView;
  workspace: WorkspaceView;
  permissions: Permission[];
  csrfToken: string;
  deviceIds: string[] | null;
  simulatedOn: boolean;
  chatStorage: boolean;
  secondStepMissing: boolean;
  version: string;
}

export interface MeEdit {
  name?: string;
  theme?: Theme;
  language?: Language | null;
}

export type Meaning = "chat" | "direction" | "time" | "text" | "file" | "sender" | "ignore";

export interface MediaOnWeb {
  url: string;
  kind: MessageKind;
  deviceId: string | null;
}

export interface MediaPart {
  state: FileState;
  url: string | null;
  thumbnail: string | null;
  mime: string;
  size: number;
  width: number;
  height: number;
  seconds: number;
  fileName: string;
  waveform: number[];
  canFetch: boolean;
}

export interface MediaView {
  id: string;
  mime: string;
  size: number;
  width: number;
  height: number;
  seconds: number;
  waveform: number[];
  fileName: string;
}

export interface MemberView {
  address: string;
  name: string;
  role: string;
  contactId: string | null;
  isUs: boolean;
}

export interface MembersView {
  items: MemberView[];
}

export interface MessageInput {
  clientId: string;
  kind: MessageKind;
  body: string;
  mediaId: string | null;
  fileName: string;
  seconds: number;
  waveform: number[];
  quote: string | null;
}

export type MessageKind = "text" | "image" | "video" | "voice" | "audio" | "document" | "sticker" | "location" | "contacts" | "poll" | "reaction" | "edit" | "deletion" | "system" | "undecrypted" | "unknown";

export interface MessagePage {
  items: MessageView[];
  next: string | null;
  newer: string | null;
}

export type MessageStatus = "queued" | "cancelled" | "failed" | "unknown" | "accepted" | "delivered" | "read" | "played";

export interface MessageView {
  id: string;
  deviceId: string;
  chatId: string;
  wireId: string;
  clientId: string | null;
  fromMe: boolean;
  sender: string;
  senderName: string;
  at: string;
  timeDoubtful: boolean;
  kind: MessageKind;
  kept: boolean;
  body: string;
  media: MediaPart | null;
  quote: QuotePart | null;
  place: PlacePart | null;
  cards: CardPart[];
  options: string[];
  notice: NoticePart | null;
  reactions: ReactionPart[];
  editedAt: string | null;
  deletedAt: string | null;
  once: boolean;
  tick: string | null;
  code: string | null;
  outboxId: string | null;
  sentBy: string | null;
  campaignId: string | null;
}

export interface MomentView {
  at: string;
  sent: number;
  delivered: number;
  read: number;
  replied: number;
  failed: number;
}

export interface NamedCount {
  name: string;
  count: number;
}

export interface NamedPart {
  address: string;
  name: string;
  isUs: boolean;
}

export interface NoteInput {
  body: string;
}

export interface NoteList {
  items: NoteView[];
}

export interface NoteView {
  id: string;
  by: string;
  byName: string;
  body: string;
  at: string;
}

export type NoticeCode = "created" | "renamed" | "described" | "added" | "joined" | "left" | "removed" | "promoted" | "demoted" | "admins_write" | "all_write" | "picture_changed" | "picture_removed" | "disappearing_on" | "disappearing_off" | "link_reset" | "ended";

export interface NoticePart {
  code: NoticeCode;
  by: NamedPart | null;
  people: NamedPart[];
  words: string;
}

export interface NumberChecks {
  possible: boolean;
  budget: number;
  used: number;
  renewsAt: string | null;
}

export type OlderState = "not_asked" | "asking" | "waiting" | "arriving" | "arrived" | "nothing" | "no_answer" | "failed";

export interface OlderView {
  possible: boolean;
  online: boolean;
  state: OlderState;
  code: string | null;
  messages: number;
}

export type OutboxState = "queued" | "dispatching" | "accepted" | "delivered" | "read" | "played" | "failed" | "unknown" | "unknown_final" | "excluded" | "suppressed" | "cancelled" | "expired";

export interface Overview {
  attention: Attention[];
  today: Today;
  fleet: FleetDevice[];
  fleetCounts: Record<string, number>;
  running: CampaignRow[];
  leads: number;
  suppressed: number;
  zone: string;
}

export interface OwnershipInput {
  userId: string;
}

export interface PaceInput {
  gapMinS: number;
  gapMaxS: number;
}

export type PasskeyAnswer = "sent" | "refused";

export interface PasskeyInput {
  answer: string;
}

export interface PasswordInput {
  current: string;
  replacement: string;
}

export type Permission = "workspace:read" | "workspace:edit" | "user:read" | "user:edit" | "ownership:give" | "key:edit" | "audit:read" | "consent:override" | "device:read" | "device:edit" | "device:link" | "lead:read" | "lead:edit" | "lead:import" | "lead:export" | "campaign:read" | "campaign:edit" | "campaign:send" | "sending:stop" | "media:read" | "media:edit" | "simulated:use" | "inbox:read" | "inbox:reply" | "inbox:team" | "system:read";

export interface PersonView {
  contact: ContactPart | null;
  lead: LeadView | null;
  consent: ConsentState;
  consents: ConsentEntry[];
  campaigns: ReceivedCampaignView[];
}

export interface PlacePart {
  latitude: number;
  longitude: number;
  name: string;
  live: boolean;
}

export interface Preview {
  items: PreviewItem[];
  problems: ProblemView[];
  variables: string[];
  audienceSize: number;
  image: MediaView | null;
}

export interface PreviewInput {
  body: string;
  mediaId: string | null;
  audience: Audience;
  startsAt: string | null;
  count: number;
}

export interface PreviewItem {
  leadName: string;
  phoneMasked: string;
  deviceName: string | null;
  text: string;
  at: string;
}

export interface ProblemView {
  code: string;
  position: number;
  length: number;
  data: Record<string, string>;
}

export interface QueueView {
  waiting: number;
  held: Record<string, number>;
  inFlight: number;
  unknown: number;
  oldestS: number;
}

export interface QuotePart {
  messageId: string | null;
  wireId: string;
  fromMe: boolean;
  senderName: string;
  body: string;
  kind: MessageKind | null;
}

export interface ReactionInput {
  emoji: string;
  clientId: string | null;
}

export interface ReactionPart {
  emoji: string;
  fromMe: boolean;
  senderName: string;
}

export interface ReadInput {
  upTo: string | null;
}

export interface Readiness {
  status: string;
  checks: Record<string, string>;
}

export interface ReceivedCampaignView {
  campaignId: string;
  name: string;
  state: string;
  code: string | null;
  at: string;
}

export interface RecipientPage {
  items: RecipientView[];
  next: string | null;
}

export interface RecipientView {
  id: string;
  contactId: string;
  name: string;
  phone: string;
  deviceId: string | null;
  deviceName: string | null;
  state: string;
  code: string | null;
  hold: string | null;
  notBefore: string | null;
  dispatchedAt: string | null;
  acceptedAt: string | null;
  deliveredAt: string | null;
  readAt: string | null;
  repliedAt: string | null;
  optedOutAt: string | null;
  body: string | null;
}

export interface RecoveryCodes {
  codes: string[];
}

export interface Report {
  campaign: CampaignView;
  recipients: number;
  groups: Groups;
  states: Record<string, number>;
  codes: CodeCount[];
  replied: number;
  optedOut: number;
  holds: HoldView[];
  perDevice: ReportDevice[];
  log: LogLine[];
  finishEstimateS: number | null;
}

export interface ReportDevice {
  deviceId: string | null;
  name: string;
  state: DeviceState | null;
  groups: Groups;
  delivered: number;
  read: number;
  replied: number;
  nextSendAt: string | null;
  hold: string | null;
  holdUntil: string | null;
}

export interface ResetInput {
  token: string;
  password: string;
  code: string | null;
}

export interface RestoreView {
  restoredAt: string;
  madeAt: string;
  closedAt: string | null;
  closedBy: string | null;
  campaigns: number;
  drafts: number;
  notSent: number;
  unknown: number;
  devices: number;
}

export interface RetryInput {
  codes: string[];
}

export interface Review {
  audience: number;
  recipients: number;
  excluded: Record<string, number>;
  perDevice: DeviceLoad[];
  finishEstimateS: number | null;
  startsAt: string;
  finishAt: string | null;
  warnings: WarningView[];
  problems: ProblemView[];
}

export type Role = "owner" | "admin" | "operator" | "agent";

export type Scope = "everything" | "workspace" | "device" | "campaign";

export interface SearchHit {
  message: MessageView;
  chat: ChatView;
  marked: string;
}

export interface SearchPage {
  items: SearchHit[];
  next: string | null;
}

export interface SecondStepView {
  on: boolean;
  required: boolean;
  recoveryCodesLeft: number;
}

export interface SessionList {
  items: SessionView[];
}

export interface SessionView {
  id: string;
  browser: string;
  system: string;
  address: string;
  createdAt: string;
  seenAt: string;
  current: boolean;
}

export interface SetupInput {
  token: string;
  workspaceName: string;
  zone: string;
  language: Language;
  ownerName: string;
  email: string;
  password: string;
  trySimulated: boolean;
}

export interface SetupState {
  needed: boolean;
  tokenValid: boolean;
  simulatedAvailable: boolean;
}

export interface SignIn {
  email: string;
  password: string;
  code: string | null;
}

export type SignState = "typing" | "recording" | "paused";

export interface SimulatedCutInput {
  seconds: number;
}

export interface SimulatedPhone {
  phone: string;
  name: string;
  linkedDeviceIds: string[];
}

export interface SimulatedPhoneInput {
  name: string | null;
}

export interface SimulatedPhoneList {
  items: SimulatedPhone[];
}

export interface SimulatedRefusalInput {
  count: number;
  code: "blocked" | "not_on_whatsapp" | "rejected" | "restricted";
}

export interface SimulatedSayInput {
  from: string;
  body: string;
}

export interface SimulatedScanInput {
  shown: string;
}

export type SimulatedTrouble = "restrict" | "ban" | "outdate" | "replace" | "lift";

export interface SimulatedTroubleInput {
  trouble: SimulatedTrouble;
  seconds: number | null;
}

export interface StopInput {
  scope: Scope;
  subject: string | null;
  reason: string;
}

export interface StopList {
  items: StopView[];
  mayStopEverything: boolean;
  restoredAt: string | null;
}

export interface StopView {
  id: string;
  scope: Scope;
  subject: string | null;
  subjectName: string | null;
  reason: string;
  since: string;
  byName: string | null;
  waiting: number;
  mayResume: boolean;
}

export interface StorageView {
  database: number;
  tables: Record<string, number>;
  files: number;
}

export interface SuppressionForm {
  leadId: string;
  reason: string;
}

export type SuppressionReason = "opted_out" | "by_hand" | "not_on_whatsapp";

export interface SystemView {
  version: string;
  schema: string;
  server: string;
  workers: WorkerView[];
  queue: QueueView;
  devices: Record<string, number>;
  eventLagS: number | null;
  jobs: JobView[];
  storage: StorageView;
}

export type Theme = "system" | "light" | "dark";

export interface Today {
  sent: number;
  delivered: number;
  read: number;
  replied: number;
  optedOut: number;
  failed: number;
}

export interface TrailEntry {
  id: string;
  at: string;
  action: string;
  userId: string | null;
  userName: string | null;
  keyId: string | null;
  keyName: string | null;
  subject: string | null;
  subjectName: string | null;
  details: Record<string, unknown>;
}

export interface TrailPage {
  items: TrailEntry[];
  next: string | null;
  actions: string[];
}

export interface TransportList {
  items: TransportView[];
}

export interface TransportView {
  name: string;
  available: boolean;
  reason: string | null;
  official: boolean;
  riskAcceptedAt: string | null;
  capabilities: CapabilitiesView | null;
}

export interface TypingInput {
  state: SignState;
}

export interface UploadInput {
  fileName: string;
  fileSize: number;
  modifiedAt: string | null;
}

export interface UploadList {
  items: UploadView[];
}

export interface UploadView {
  id: string;
  fileName: string;
  fileSize: number;
  received: number;
  digest: string | null;
  updatedAt: string;
}

export interface UploadedInput {
  uploadId: string;
  digest: string | null;
}

export interface UserEdit {
  role?: Role;
  deviceIds?: string[];
  disabled?: boolean;
}

export interface UserInput {
  email: string;
  name: string;
  role: Role;
  deviceIds: string[];
}

export interface UserList {
  items: UserView[];
}

export interface UserView {
  id: string;
  name: string;
  email: string;
  role: Role;
  theme: Theme;
  language: Language | null;
  deviceIds: string[];
  createdAt: string;
  disabledAt: string | null;
  secondStepOn: boolean;
}

export type Verb = "start" | "stop" | "refresh" | "log_out";

export type Wanted = "off" | "link" | "on";

export interface WarningView {
  code: string;
  data: Record<string, unknown>;
}

export interface WorkerView {
  id: string;
  roles: string[];
  host: string;
  pid: number;
  version: string;
  startedAt: string;
  lives: boolean;
  silentS: number;
  devices: number;
}

export interface WorkspaceEdit {
  name?: string;
  zone?: string;
  language?: Language;
  region?: string;
  quietOn?: boolean;
  quietFrom?: string;
  quietUntil?: string;
  gapMinS?: number;
  gapMaxS?: number;
  hourlyCap?: number | null;
  dailyCap?: number | null;
  pauseErrorsPercent?: number | null;
  pauseOptOutsPercent?: number | null;
  simulatedOn?: boolean;
  keepFilesDays?: number | null;
  keepMessagesDays?: number | null;
  mediaQuota?: number | null;
  typingOn?: boolean;
  numberChecks?: number;
  secondStepRequired?: boolean;
}

export interface WorkspaceSettings {
  name: string;
  zone: string;
  language: Language;
  region: string;
  quietOn: boolean;
  quietFrom: string;
  quietUntil: string;
  gapMinS: number;
  gapMaxS: number;
  hourlyCap: number | null;
  dailyCap: number | null;
  pauseErrorsPercent: number | null;
  pauseOptOutsPercent: number | null;
  simulatedOn: boolean;
  keepFilesDays: number | null;
  keepMessagesDays: number | null;
  mediaQuota: number | null;
  typingOn: boolean;
  numberChecks: number;
  secondStepRequired: boolean;
}

export interface WorkspaceView extends WorkspaceSettings {
  id: string;
  createdAt: string;
}
